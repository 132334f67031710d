package samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.spi.BackendConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose answers no S3 server would give. */
@Timeout(60)
class HostileServerTest {
  private static final ContentId WANTED = ContentId.ofRaw(new byte[100]);

  private interface Answer {
    void to(HttpExchange exchange) throws Exception;
  }

  private static EdgeBeatException refused(Answer answer) throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/edgebeat/blocks/" + WANTED,
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          } catch (Exception e) {
            throw new IOException(e);
          }
        });
    server.start();
    BackendConfig config =
        BackendConfig.of(
            Map.of(
                "endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
                "bucket", "edgebeat",
                "accessKey", "access",
                "secretKey", "secret",
                "timeout", "PT2S"));
    try (ContentStore store = new BlockContentStore(new S3BlockStore(config))) {
      return catchThrowableOfType(EdgeBeatException.class, () -> store.open(WANTED));
    } finally {
      threads.shutdownNow();
      server.stop(0);
    }
  }

  @Test
  void aBodyWithoutEndIsLeftWhenItIsTooLong() throws IOException {
    EdgeBeatException refused =
        refused(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              byte[] more = new byte[1 << 16];
              for (OutputStream body = exchange.getResponseBody(); ; ) {
                body.write(more);
              }
            });
    assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
    assertThat(refused)
        .hasMessageContaining("block " + WANTED + " is refused: no block has more than 2097152");
  }

  @Test
  void aBodyThatEndsEarlyIsAFailureAndNoBlock() throws IOException {
    EdgeBeatException refused =
        refused(
            exchange -> {
              exchange.sendResponseHeaders(200, 100);
              exchange.getResponseBody().write(new byte[50]);
              exchange.getResponseBody().flush();
            });
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(refused).hasMessageContaining("failed while reading block " + WANTED);
  }

  @Test
  void aServerThatNeverAnswersIsNotWaitedFor() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    EdgeBeatException refused = refused(exchange -> never.await());
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(refused).hasMessageContaining("failed while reading block " + WANTED);
  }

  @Test
  void anErrorOfTheServerIsNoMissingBlock() throws IOException {
    EdgeBeatException refused = refused(exchange -> exchange.sendResponseHeaders(500, -1));
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(refused).hasMessageContaining("failed while reading block " + WANTED);
  }
}
