package samples;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/** A server that speaks S3, with one bucket. */
final class Server implements AutoCloseable {
  static final String BUCKET = "edgebeat";

  private final BlobStoreContext context =
      ContextBuilder.newBuilder(new TransientNio2BlobApiMetadata())
          .credentials("nobody", "nothing")
          .build(BlobStoreContext.class);
  private final BlobStore objects = context.getBlobStore();
  private final S3Proxy server =
      S3Proxy.builder()
          .blobStore(objects)
          .endpoint(URI.create("http://127.0.0.1:0"))
          .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret")
          .build();

  Server() throws Exception {
    objects.createContainerInLocation(null, BUCKET);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  Map<String, String> config() {
    return Map.of(
        "endpoint", endpoint(), "bucket", BUCKET, "accessKey", "access", "secretKey", "secret");
  }

  /** The names of all objects. */
  List<String> names() {
    return objects.list(BUCKET, ListContainerOptions.Builder.recursive()).stream()
        .map(StorageMetadata::getName)
        .toList();
  }

  byte[] object(String name) throws IOException {
    try (InputStream in = objects.getBlob(BUCKET, name).getPayload().openStream()) {
      return in.readAllBytes();
    }
  }

  /** Changes an object behind everybody's back. */
  void replace(String name, byte[] bytes) {
    objects.putBlob(BUCKET, objects.blobBuilder(name).payload(bytes).build());
  }

  @Override
  public void close() throws Exception {
    server.stop();
    context.close();
  }
}
