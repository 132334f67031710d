package samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service that puts whatever it is sent into a file, links it to what stands before, signs it,
 * and gives it to everybody who asks. It knows no market, no account and no transaction.
 *
 * <p>{@code POST /} appends the body. {@code GET /?from=N&wait=MILLIS} answers with the number of
 * entries and the time, then a line for each entry from N on: {@code hash seconds bytes signature}.
 */
final class Notary implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();
  private static final int MAX_BODY = 1 << 16;
  private static final int PAGE = 16;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final FileChannel file;
  private final KeyPair key;
  private final InstantSource clock;
  private final List<String> lines;
  private boolean closed;

  /** Goes on with what the file has. */
  Notary(Path path, KeyPair key, InstantSource clock, int port) throws IOException {
    this.key = key;
    this.clock = clock;
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    // A line that was cut by a loss of power was told to nobody.
    String kept = Files.readString(path, StandardCharsets.US_ASCII);
    kept = kept.substring(0, kept.lastIndexOf('\n') + 1);
    file.truncate(kept.length()).position(kept.length());
    lines = new ArrayList<>(kept.lines().toList());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://localhost:" + port() + "/");
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String text;
      if (exchange.getRequestMethod().equals("POST")) {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        text = body.length > MAX_BODY ? "" : append(body);
      } else {
        String[] query = exchange.getRequestURI().getQuery().split("[=&]");
        text = page(Integer.parseInt(query[1]), Long.parseLong(query[3]));
      }
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(bytes.length == 0 ? 413 : 200, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IOException(e);
    }
  }

  private synchronized String append(byte[] body) throws IOException, GeneralSecurityException {
    String[] last = lines.isEmpty() ? new String[] {"0x" + "0".repeat(64), "0"} : last();
    long time = Math.max(Long.parseLong(last[1]), clock.instant().getEpochSecond());
    String line = line(key, last[0], time, body);
    file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    file.force(false);
    lines.add(line);
    notifyAll();
    return "entry " + (lines.size() - 1);
  }

  private String[] last() {
    return lines.getLast().split(" ");
  }

  /** An entry as the holder of a key writes it behind another. */
  static String line(KeyPair key, String previous, long time, byte[] body)
      throws GeneralSecurityException {
    MessageDigest linked = MessageDigest.getInstance("SHA-256");
    linked.update(HEX.parseHex(previous.substring(2)));
    linked.update(ByteBuffer.allocate(8).putLong(time).array());
    byte[] hash = linked.digest(body);
    Signature signing = Signature.getInstance("Ed25519");
    signing.initSign(key.getPrivate());
    signing.update(hash);
    return "0x"
        + String.join(
            " ",
            HEX.formatHex(hash),
            Long.toString(time),
            HEX.formatHex(body),
            HEX.formatHex(signing.sign()));
  }

  private synchronized String page(int from, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; from >= lines.size() && left > 0 && !closed; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    StringBuilder page = new StringBuilder();
    page.append(lines.size()).append(' ').append(clock.instant().getEpochSecond()).append('\n');
    int first = Math.min(from, lines.size());
    for (String line : lines.subList(first, Math.min(first + PAGE, lines.size()))) {
      page.append(line).append('\n');
    }
    return page.toString();
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdownNow();
    file.close();
  }
}
