package samples;

import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.BlockStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ContentStoreProvider;
import io.edgebeat.spi.ProviderContext;
import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Keeps each block as an object of a bucket, and each pin as an empty one. */
final class S3BlockStore implements BlockStore {
  private final MinioClient client;
  private final String bucket;

  S3BlockStore(BackendConfig config) {
    // Of a whole call, body included: a server that sends a byte a minute holds nobody up.
    Duration timeout = config.duration("timeout", Duration.ofSeconds(30));
    client =
        MinioClient.builder()
            .endpoint(config.text("endpoint"))
            .region(config.text("region", "us-east-1"))
            .credentials(config.text("accessKey"), config.text("secretKey"))
            .httpClient(new OkHttpClient.Builder().callTimeout(timeout).build(), true)
            .build();
    bucket = config.text("bucket");
  }

  @Override
  public Optional<byte[]> get(ContentId id) throws Exception {
    var which = GetObjectArgs.builder().bucket(bucket).object(blockName(id)).build();
    try (InputStream object = client.getObject(which)) {
      return Optional.of(object.readNBytes(MAX_BLOCK_BYTES + 1));
    } catch (ErrorResponseException e) {
      return ifMissing(e, Optional.empty());
    }
  }

  @Override
  public boolean has(ContentId id) throws Exception {
    return exists(blockName(id));
  }

  @Override
  public void put(ContentId id, byte[] block) throws Exception {
    write(blockName(id), block);
  }

  @Override
  public boolean isPinned(ContentId id) throws Exception {
    return exists(pinName(id));
  }

  @Override
  public void pin(ContentId id) throws Exception {
    write(pinName(id), new byte[0]);
  }

  @Override
  public void unpin(ContentId id) throws Exception {
    client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(pinName(id)).build());
  }

  @Override
  public String place(ContentId id) {
    return "bucket " + bucket + ", object " + blockName(id);
  }

  @Override
  public void close() throws Exception {
    client.close();
  }

  private static String blockName(ContentId id) {
    return "blocks/" + id;
  }

  private static String pinName(ContentId id) {
    return "pins/" + id;
  }

  private boolean exists(String object) throws Exception {
    try {
      client.statObject(StatObjectArgs.builder().bucket(bucket).object(object).build());
      return true;
    } catch (ErrorResponseException e) {
      return ifMissing(e, false);
    }
  }

  private void write(String object, byte[] bytes) throws Exception {
    var in = new ByteArrayInputStream(bytes);
    client.putObject(
        PutObjectArgs.builder().bucket(bucket).object(object).stream(in, bytes.length, -1).build());
  }

  private static <T> T ifMissing(ErrorResponseException e, T answer) throws ErrorResponseException {
    if (e.errorResponse().code().equals("NoSuchKey")) {
      return answer;
    }
    throw e;
  }

  /** Lets every node find it that has this jar on its class path. */
  public static final class Provider implements ContentStoreProvider {
    @Override
    public String id() {
      return "s3";
    }

    @Override
    public Set<String> configKeys() {
      return Set.of("endpoint", "region", "accessKey", "secretKey", "bucket", "timeout");
    }

    @Override
    public ContentStore create(ProviderContext context) {
      return new BlockContentStore(new S3BlockStore(context.config()));
    }
  }
}
