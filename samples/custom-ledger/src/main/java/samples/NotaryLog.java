package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.spi.LedgerProvider;
import io.edgebeat.spi.ProviderContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a notary keeps, read over HTTP: entries linked by their hashes, each signed by the notary.
 */
public final class NotaryLog implements TransactionLog {
  private static final int MAX_ANSWER = 1 << 20;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final PublicKey notary;
  private final List<Bytes32> hashes = new ArrayList<>();

  NotaryLog(URI uri, PublicKey notary) {
    this.uri = uri;
    this.notary = notary;
  }

  @Override
  public Bytes32 id() {
    return ContentId.sha256(notary.getEncoded());
  }

  @Override
  public void append(Blob transaction) throws IOException, InterruptedException {
    byte[] bytes = transaction.toBytes();
    ask(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
  }

  @Override
  public Page read(long from, Duration timeout) throws IOException, InterruptedException {
    // An entry is proved by those before it.
    for (long known = known(); known < from; known = known()) {
      Page before = page(known, Duration.ZERO);
      if (before.entries().isEmpty()) {
        return before;
      }
    }
    return page(from, timeout);
  }

  private synchronized long known() {
    return hashes.size();
  }

  private Page page(long from, Duration timeout) throws IOException, InterruptedException {
    Duration wait = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
    URI query = URI.create(uri + "?from=" + from + "&wait=" + wait.toMillis());
    String[] lines = ask(HttpRequest.newBuilder(query).timeout(wait.plusSeconds(10))).split("\n");
    List<Entry> entries = new ArrayList<>();
    String line = "";
    try {
      for (int i = 1; i < lines.length; i++) {
        line = lines[i];
        entries.add(entry((int) from + entries.size(), line.split(" ")));
      }
      line = lines[0];
      String[] state = line.split(" ");
      return new Page(Long.parseLong(state[0]), time(state[1]), entries);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      String shown = line.substring(0, Math.min(line.length(), 100));
      throw lie("entry " + (from + entries.size()), "\"" + shown + "\" cannot be read: " + e);
    }
  }

  private synchronized Entry entry(int position, String[] parts) {
    String name = "entry " + position;
    byte[] transaction = HexFormat.of().parseHex(parts[2]);
    Bytes32 previous = position == 0 ? Bytes32.ZERO : hashes.get(position - 1);
    ByteBuffer linked = ByteBuffer.allocate(40 + transaction.length).put(previous.toBytes());
    linked.putLong(Long.parseLong(parts[1])).put(transaction);
    Bytes32 hash = ContentId.sha256(linked.array());
    if (!parts[0].equals(hash.toString())) {
      throw lie(name, parts[0] + " is not its hash, which is " + hash + " behind " + previous);
    }
    if (!signed(hash, HexFormat.of().parseHex(parts[3]))) {
      throw lie(name, parts[3] + " is not the notary's signature of " + hash);
    }
    if (position == hashes.size()) {
      hashes.add(hash);
    } else if (!hashes.get(position).equals(hash)) {
      throw lie(name, "it was " + hashes.get(position) + " before, and is " + hash);
    }
    return new Entry(hash, time(parts[1]), Blob.of(transaction));
  }

  private static Instant time(String seconds) {
    return Instant.ofEpochSecond(Long.parseLong(seconds));
  }

  private boolean signed(Bytes32 hash, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(notary);
      check.update(hash.toBytes());
      return check.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private EdgeBeatException lie(String where, String what) {
    return new EdgeBeatException(ErrorCode.CORRUPTED, uri + ", " + where + ": " + what);
  }

  private String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      byte[] bytes = body.readNBytes(MAX_ANSWER + 1);
      if (bytes.length > MAX_ANSWER) {
        throw lie("an answer", "it has more than " + MAX_ANSWER + " bytes");
      }
      String text = new String(bytes, StandardCharsets.US_ASCII);
      if (answer.statusCode() != 200) {
        throw new IOException(uri + " answers " + answer.statusCode() + ": " + text);
      }
      return text;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** {@code ledger("notary", Map.of("uri", .., "key", .., "funds", "address=amount .."))}. */
  public static final class Provider implements LedgerProvider {
    @Override
    public String id() {
      return "notary";
    }

    @Override
    public Set<String> configKeys() {
      return Set.of("uri", "key", "funds");
    }

    @Override
    public Ledger create(ProviderContext context) {
      URI uri = URI.create(context.config().text("uri", ""));
      String key = context.config().text("key", "");
      Map<Address, Amount> funds = new TreeMap<>();
      for (String holder : context.config().text("funds", "").split(" ")) {
        String[] parts = holder.split("=");
        funds.put(Address.parse(parts[0]), Edg.of(parts[1]));
      }
      return EdgeBeat.ledger(
          new NotaryLog(uri, publicKey(key)), LedgerOrigin.of(1, funds), context.signer());
    }

    private static PublicKey publicKey(String hex) {
      try {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_CONFIG_VALUE, "key \"" + hex + "\" is no public key of Ed25519");
      }
    }
  }
}
