package samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.testkit.LedgerBench.Party;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody between a node and its notary, or the notary itself, tells what is not so. */
@Timeout(60)
class LyingNotaryTest {
  /** Changes the lines of an answer; the first tells how many entries there are, and the time. */
  @FunctionalInterface
  private interface Lie {
    void tell(List<String> lines) throws Exception;
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private NotaryBench bench;
  private HttpServer between;
  private Ledger ledger;
  private volatile Lie lie = lines -> {};
  private volatile boolean endless;

  /** The reader has seen two entries and is to see three more. */
  @BeforeEach
  void open() throws IOException {
    bench = new NotaryBench();
    between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    between.createContext("/", this::answer);
    between.start();
    URI uri = URI.create("http://localhost:" + between.getAddress().getPort() + "/");
    ledger =
        EdgeBeat.ledger(
            new NotaryLog(uri, bench.notaryKey.getPublic()),
            LedgerOrigin.of(1, bench.funds()),
            bench.signer(Party.SELLER));
    pay(1);
    pay(2);
    assertThat(held()).isEqualTo(Edg.of("1003"));
    pay(3);
    pay(4);
    pay(5);
  }

  @AfterEach
  void close() {
    ledger.close();
    between.stop(0);
    bench.close();
    http.close();
  }

  private void pay(int tokens) {
    try (Ledger buyer = bench.connect(Party.BUYER)) {
      buyer.broadcast(
          buyer.prepare(
              new LedgerCommand.Transfer(
                  bench.signer(Party.SELLER).address(), Edg.of("" + tokens))));
    }
  }

  private Amount held() {
    return ledger.balance(bench.signer(Party.SELLER).address(), Finality.FINAL);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = bench.notary.uri().resolve(exchange.getRequestURI().toString());
      String text =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      List<String> lines = new ArrayList<>(text.lines().toList());
      lie.tell(lines);
      byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, endless ? 0 : bytes.length);
      OutputStream out = exchange.getResponseBody();
      do {
        out.write(bytes);
      } while (endless);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private void refused(Lie told, String... named) {
    lie = told;
    EdgeBeatException refused = catchThrowableOfType(EdgeBeatException.class, this::held);
    assertThat(refused.code()).as(refused.getMessage()).isEqualTo(ErrorCode.CORRUPTED);
    assertThat(refused.getMessage()).contains(named);
  }

  /** It is refused, and nothing of it stays: what was told before and after is the truth. */
  private void found(Lie told, String... named) {
    refused(told, named);
    lie = lines -> {};
    endless = false;
    assertThat(held()).isEqualTo(Edg.of("1015"));
  }

  private static String part(String line, int number) {
    return line.split(" ")[number];
  }

  private String entry(int number) throws Exception {
    URI uri = URI.create(bench.notary.uri() + "?from=" + number + "&wait=0");
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .toList()
        .get(1);
  }

  @Test
  void anEntryThatIsDroppedIsFound() throws Exception {
    found(lines -> lines.remove(1), "entry 2", part(entry(3), 0), part(entry(1), 0));
  }

  @Test
  void entriesInAnotherOrderAreFound() throws Exception {
    found(lines -> Collections.swap(lines, 2, 3), "entry 3", part(entry(4), 0));
  }

  @Test
  void anEntryWithOtherBytesIsFound() throws Exception {
    String bytes = part(entry(3), 2);
    String other = bytes.substring(0, bytes.length() - 1) + (bytes.endsWith("0") ? "1" : "0");
    found(lines -> lines.set(2, lines.get(2).replace(bytes, other)), "entry 3", part(entry(3), 0));
  }

  @Test
  void anEntryWithAnotherTimeIsFound() {
    found(
        lines -> {
          long time = Long.parseLong(part(lines.get(2), 1));
          lines.set(2, lines.get(2).replace(" " + time + " ", " " + (time + 1) + " "));
        },
        "entry 3",
        "is not its hash");
  }

  @Test
  void anEntryWithAnotherHashIsFound() {
    String hash = "0x" + "ab".repeat(32);
    found(
        lines -> lines.set(1, lines.get(1).replace(part(lines.get(1), 0), hash)), "entry 2", hash);
  }

  @Test
  void anEntryThatIsLinkedAndNotSignedIsFound() throws Exception {
    String forged = behindTheSecond(NotaryBench.newKey(), 0, new byte[] {1, 2});
    refused(
        lines -> lines.set(1, forged),
        "entry 2",
        part(forged, 3) + " is not the notary's signature of " + part(forged, 0));
    found(
        lines -> lines.set(1, lines.get(1).replace(part(lines.get(1), 3), "00")),
        "entry 2",
        "00 is not the notary's signature");
  }

  private String behindTheSecond(KeyPair key, long later, byte[] body) throws Exception {
    String last = entry(1);
    return Notary.line(key, part(last, 0), Long.parseLong(part(last, 1)) + later, body);
  }

  private static Lie only(String line) {
    return lines -> {
      lines.subList(1, lines.size()).clear();
      lines.set(0, lines.get(0).replaceFirst("5", "3"));
      lines.add(line);
    };
  }

  @Test
  void aNotaryThatSignsTwoEntriesForOnePlaceIsFound() throws Exception {
    String other = behindTheSecond(bench.notaryKey, 0, new byte[] {1, 2});
    lie = only(other);
    assertThat(held()).isEqualTo(Edg.of("1003"));
    refused(lines -> {}, "entry 3", part(entry(3), 0), "behind " + part(other, 0));
  }

  @Test
  void anEntryOfAnEarlierTimeIsFoundThoughItIsSigned() throws Exception {
    String early = behindTheSecond(bench.notaryKey, -1, new byte[] {1, 2});
    refused(only(early), "entry 2 of " + bench.now().minusSeconds(1), bench.now().toString());
    // It is signed, so the notary has said two things.
    refused(lines -> {}, "entry 2", part(early, 0), part(entry(2), 0));
  }

  @Test
  void anEntryThatIsTooLargeIsFoundThoughItIsSigned() throws Exception {
    String large = behindTheSecond(bench.notaryKey, 0, new byte[40_000]);
    refused(only(large), "entry 2 of 40000 bytes, more than 16384");
  }

  @Test
  void aLogThatBecameShorterIsFound() {
    found(
        lines -> {
          lines.clear();
          lines.add("1 1800000000");
        },
        "has 1 entries, and had 2");
  }

  @Test
  void aLogThatKeepsEntriesBackIsFound() {
    found(lines -> lines.subList(1, lines.size()).clear(), "gives no entry 2 of 5");
  }

  @Test
  void whatIsNoEntryIsFound() {
    refused(lines -> lines.set(2, "welcome to the hotel"), "entry 3", "welcome to the hotel");
    refused(lines -> lines.set(1, "welcome"), "entry 2", "welcome");
    refused(lines -> lines.set(1, lines.get(1) + "zz"), "entry 2");
    refused(List::clear, "entry 2", "\"\" cannot be read");
    found(lines -> lines.set(0, "many 99999999999999999999"), "many 99999999999999999999");
  }

  @Test
  void anAnswerWithoutAnEndIsFound() {
    endless = true;
    found(lines -> lines.set(1, "00".repeat(1 << 15)), "more than 1048576 bytes");
  }
}
