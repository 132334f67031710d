package io.edgebeat.core.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);
  private static final int ROUNDS = 500;

  private static final Address SELLER = Address.parse("0x" + "1b".repeat(20));
  private static final Address KEY = Address.parse("0x" + "2c".repeat(20));

  private static final ListingDraft LISTING =
      new ListingDraft(
          SELLER,
          7,
          Instant.parse("2026-03-01T00:00:00Z"),
          "grpc://gateway.example:7077",
          KEY,
          "eu-west/Köln \u2028\u007f \"quoted\" back\\slash \u0001\u001f\b\t\n\f\r \ud83d\ude80",
          new ResourceSpec(2000, 1L << 30, 8L << 30),
          Set.of("wasm", "container"),
          List.of(
              new CapabilityInfo("thermometer", "sensor/temperature", "The roof's.", 1),
              new CapabilityInfo("camera", "sensor/image", "Door.", 250)),
          new Price(Edg.of("0.000001"), TickUnit.seconds(1), Edg.of("0.5")),
          true);

  private static final Terms TERMS =
      new Terms(
          new ListingId(SELLER, Bytes32.parse("3d".repeat(32))),
          7,
          "wasm",
          Optional.of(ContentId.ofRaw(new byte[] {1, 2, 3})),
          new ExecutionLimits(64L << 20, Duration.ofMillis(61_500), 16L << 20, 4L << 20),
          new ResourceSpec(100, 64L << 20, 0),
          new Price(Edg.of("0.000001"), new TickUnit(TickUnit.Kind.FUEL, 1_000_000), Edg.of("0")),
          3,
          1,
          2,
          new Amount(Asset.EDG, Amount.MAX),
          KEY,
          new HostProfile(
              Optional.of(Instant.ofEpochSecond(-1, 999_999_999)),
              Optional.of(Bytes32.parse("4e".repeat(32))),
              Map.of("LANG", "C", "\ud83d\ude80", "after the next", "\uffee", "before it", "", "")),
          Map.of("thermometer", 1L),
          VerificationTier.T1,
          Bytes32.parse("5f".repeat(32)));

  private static final Invoice INVOICE =
      new Invoice(
          AgreementId.parse("6a".repeat(32)),
          KEY,
          SELLER,
          Edg.of("1"),
          Edg.of("0.25"),
          Edg.of("0.01"),
          Edg.of("0.1"),
          Edg.of("0.000001"),
          60,
          Edg.of("0.10006"),
          Edg.of("0.01"),
          Edg.of("1.14994"),
          List.of(
              new Invoice.Line(
                  1,
                  ContentId.ofRaw(new byte[] {1, 2, 3}),
                  "Completed",
                  Optional.of(ContentId.ofRaw(new byte[] {4})),
                  new Usage(Long.MAX_VALUE, 2, 3, 4, 5, Map.of("thermometer", 6L))),
              new Invoice.Line(
                  2,
                  ContentId.ofRaw(new byte[] {1, 2, 3}),
                  "OutOfFuel",
                  Optional.empty(),
                  Usage.NONE)));

  /** A changed byte here is a changed hash on every ledger: such a change needs a new version. */
  @ParameterizedTest
  @CsvSource({
    "listing-v1.json, 0xdc2b0c4fef3386e4a32e5bd353caa7fc0d431a0b7c8cadd885b05cbd11811b16",
    "terms-v1.json, 0x5e05d5867c81c5c18263fb87646a6c0ced491dd8f18b52ba7c2ed8d7b697c7bb",
    "invoice-v1.json, 0x73aca6ee68a551f5f14932f42ff672f8c370fb6a09ec4d9fa584a094ec0632fd",
  })
  void theFormNeverChanges(String name, String hash) throws IOException {
    byte[] written =
        switch (name) {
          case "listing-v1.json" -> Documents.listing(LISTING);
          case "terms-v1.json" -> Documents.terms(TERMS);
          default -> Documents.invoice(INVOICE);
        };
    byte[] golden;
    try (InputStream in = DocumentsTest.class.getResourceAsStream(name)) {
      golden = in.readAllBytes();
    }
    assertThat(new String(written, StandardCharsets.UTF_8))
        .isEqualTo(new String(golden, StandardCharsets.UTF_8));
    assertThat(Documents.hash(golden)).hasToString(hash);
    assertThat(Documents.id(golden).hash()).hasToString(hash);
    switch (name) {
      case "listing-v1.json" ->
          assertThat(Documents.readListing(golden)).isEqualTo(LISTING.toListing());
      case "terms-v1.json" -> assertThat(Documents.readTerms(golden)).isEqualTo(TERMS);
      default -> assertThat(Documents.readInvoice(golden)).isEqualTo(INVOICE);
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      ListingDraft draft = values.draft();
      Listing listing = draft.toListing();
      byte[] document = Documents.listing(draft);
      assertThat(Documents.readListing(document, draft.seller()))
          .as("seed %s", SEED)
          .isEqualTo(listing);
      assertThat(ListingDraft.of(listing)).isEqualTo(draft);
      assertThat(Documents.listing(listing)).isEqualTo(document);
      assertThat(listing.id().contentHash()).isEqualTo(Documents.id(document).hash());

      Terms terms = values.terms();
      assertThat(Documents.readTerms(Documents.terms(terms))).as("seed %s", SEED).isEqualTo(terms);
      Invoice invoice = values.invoice();
      assertThat(Documents.readInvoice(Documents.invoice(invoice)))
          .as("seed %s", SEED)
          .isEqualTo(invoice);
    }
  }

  @Test
  void namesAreInTheOrderOfTheirBytes() {
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      Set<String> names = new TreeSet<>(Json.BY_CODE_POINTS);
      for (int k = 0; k < 8; k++) {
        StringBuilder name = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
          int[] border = {
            0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
          };
          name.appendCodePoint(border[random.nextInt(border.length)]);
        }
        names.add(name.toString());
      }
      assertThat(List.copyOf(names))
          .as("seed %s", SEED)
          .isSortedAccordingTo(
              Comparator.comparing(
                  (String s) -> s.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    }
  }

  @Test
  void changedBytesGiveAnotherValueOrARefusal() {
    Random random = new Random(SEED);
    RandomValues values = new RandomValues(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      changed(random, Documents.listing(values.draft()), Documents::readListing);
      changed(random, Documents.terms(values.terms()), Documents::readTerms);
      changed(random, Documents.invoice(values.invoice()), Documents::readInvoice);
    }
  }

  private static void changed(Random random, byte[] document, Function<byte[], Object> read) {
    Object original = read.apply(document);
    byte[] bytes = document.clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "{}[]\",:0-9eE.tfn\\u ".charAt(random.nextInt(19));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = random.nextInt(Math.min(20, bytes.length - Math.max(from, at)) + 1);
          System.arraycopy(bytes.clone(), from, bytes, at, length);
        }
      }
    }
    if (Arrays.equals(bytes, document)) {
      return;
    }
    try {
      assertThat(read.apply(bytes)).as("seed %s", SEED).isNotEqualTo(original);
    } catch (EdgeBeatException e) {
      assertThat(e.code())
          .as("seed %s: %s", SEED, e.getMessage())
          .isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNKNOWN_VERSION);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"version\":1|\"version\":2|UNKNOWN_VERSION|version 1 of a listing, found 2",
        "\"version\":1|\"version\":\"1\"|INVALID_ARGUMENT|version is not a whole number",
        "\"type\":\"listing\"|\"type\":\"terms\"|INVALID_ARGUMENT|type is not \"listing\"",
        "\"lease\":true|\"lease\":1|INVALID_ARGUMENT|lease is not true or false",
        "\"lease\":true,||INVALID_ARGUMENT|member lease is missing",
        "\"lease\":true|\"lease\":true,\"leash\":true|INVALID_ARGUMENT|leash is not known",
        "\"lease\":true|\"lease\":true,\"lease\":true|INVALID_ARGUMENT|lease is there twice",
        "\"sequence\":7|\"sequence\":7.0|INVALID_ARGUMENT|sequence is a value_number_float",
        "\"sequence\":7|\"sequence\":-7|INVALID_ARGUMENT|sequence is outside of 0 ..",
        "\"sequence\":7|\"sequence\":null|INVALID_ARGUMENT|sequence is a value_null",
        "\"sequence\":7|\"sequence\":99999999999999999999|INVALID_ARGUMENT|not JSON",
        "\"sequence\":7|\"sequence\": 7|INVALID_ARGUMENT|not canonical from byte",
        "\"sequence\":7|\"sequenc\\u0065\":7|INVALID_ARGUMENT|not canonical from byte",
        "\"perTick\":\"1|\"perTick\":\"01|INVALID_ARGUMENT|price.perTick is no decimal number",
        "\"count\":1|\"count\":0|INVALID_ARGUMENT|price is not valid: a tick has at least one",
        "\"kind\":\"SECONDS\"|\"kind\":\"YEARS\"|INVALID_ARGUMENT|price.tickUnit.kind is none of",
        "\"name\":\"camera\"|\"name\":\"thermometer\"|INVALID_ARGUMENT|name is there twice",
        "\"seller\":\"0x1b|\"seller\":\"0x1B|INVALID_ARGUMENT|seller is not spelled as 0x1b1b",
        "\"seller\":\"0x1b|\"seller\":\"0x|INVALID_ARGUMENT|seller is not valid",
        "\"decimals\":18|\"decimals\":37|INVALID_ARGUMENT|asset is not valid",
      })
  void refusalsNameTheMember(String part, String replacement, ErrorCode code, String message) {
    String document = new String(Documents.listing(LISTING), StandardCharsets.UTF_8);
    assertThat(document).contains(part);
    String changed = document.replace(part, replacement == null ? "" : replacement);
    assertRefused(
        () -> Documents.readListing(changed.getBytes(StandardCharsets.UTF_8)), code, message);
  }

  @Test
  void aDocumentHasALimit() {
    byte[] large = new byte[Documents.MAX_BYTES + 1];
    Arrays.fill(large, (byte) ' ');
    assertRefused(
        () -> Documents.readTerms(large),
        ErrorCode.CONTENT_TOO_LARGE,
        "262144 bytes, found 262145");
    HostProfile profile =
        new HostProfile(
            Optional.empty(), Optional.empty(), Map.of("A", "a".repeat(Documents.MAX_BYTES)));
    assertRefused(
        () -> Documents.terms(with(profile)), ErrorCode.CONTENT_TOO_LARGE, "at most 262144 bytes");

    String deep = "{\"a\":".repeat(50) + "1" + "}".repeat(50);
    assertRefused(
        () -> Documents.readTerms(deep.getBytes(StandardCharsets.UTF_8)),
        ErrorCode.INVALID_ARGUMENT,
        "depth");
  }

  @Test
  void whatHasNoExactFormIsNotWritten() {
    assertRefused(
        () ->
            Documents.terms(
                with(
                    new HostProfile(
                        Optional.empty(), Optional.empty(), Map.of("A", "half \ud83d")))),
        ErrorCode.INVALID_ARGUMENT,
        "member hostProfile.environment.A has half a character at 5");
    assertRefused(
        () -> Documents.listing(with(Instant.ofEpochSecond(5, 1))),
        ErrorCode.INVALID_ARGUMENT,
        "validUntil must be whole seconds");
    assertRefused(
        () -> Documents.listing(with(Instant.ofEpochSecond(-5))),
        ErrorCode.INVALID_ARGUMENT,
        "validUntil must be whole seconds");
    Invoice mixed =
        new Invoice(
            INVOICE.agreementId(),
            KEY,
            SELLER,
            Edg.of("1"),
            new Amount(new Asset("OTHER", 2), BigInteger.ONE),
            Edg.of("0"),
            Edg.of("0"),
            Edg.of("0"),
            0,
            Edg.of("0"),
            Edg.of("0"),
            Edg.of("1"),
            List.of());
    assertRefused(
        () -> Documents.invoice(mixed), ErrorCode.INVALID_ARGUMENT, "member topUps counts");
  }

  @Test
  void aListingMustBeTheOneThatWasAnnounced() {
    byte[] document = Documents.listing(LISTING);
    Listing listing = LISTING.toListing();
    String uri = Documents.uri(Documents.id(document));
    assertThat(Documents.readUri(uri)).isEqualTo(Documents.id(document));
    assertThat(
            Documents.readListing(
                document, new ListingRecord(listing.id(), LISTING.validUntil(), 7, uri)))
        .isEqualTo(listing);
    assertRefused(
        () ->
            Documents.readListing(
                document,
                new ListingRecord(listing.id(), LISTING.validUntil().plusSeconds(1), 7, uri)),
        ErrorCode.INVALID_ARGUMENT,
        "validUntil is");
    assertRefused(
        () ->
            Documents.readListing(
                document,
                new ListingRecord(
                    new ListingId(KEY, listing.id().contentHash()), LISTING.validUntil(), 7, uri)),
        ErrorCode.INVALID_ARGUMENT,
        "seller is " + SELLER);
    assertRefused(
        () ->
            Documents.readListing(
                document,
                new ListingRecord(
                    new ListingId(SELLER, Bytes32.ZERO), LISTING.validUntil(), 7, uri)),
        ErrorCode.CONTENT_MISMATCH,
        "was announced");
    assertRefused(() -> Documents.readUri("http://x"), ErrorCode.INVALID_ARGUMENT, "\"http://x\"");
  }

  private static ListingDraft with(Instant validUntil) {
    return new ListingDraft(
        SELLER,
        7,
        validUntil,
        "",
        KEY,
        "",
        ResourceSpec.NONE,
        Set.of(),
        List.of(),
        LISTING.price(),
        true);
  }

  private static Terms with(HostProfile profile) {
    return new Terms(
        TERMS.listing(),
        7,
        "wasm",
        Optional.empty(),
        ExecutionLimits.DEFAULTS,
        ResourceSpec.NONE,
        TERMS.price(),
        1,
        1,
        1,
        Edg.of("0"),
        KEY,
        profile,
        Map.of(),
        VerificationTier.T0,
        Bytes32.ZERO);
  }

  private static void assertRefused(Runnable call, ErrorCode code, String message) {
    Throwable thrown = catchThrowable(call::run);
    assertThatThrownBy(
            () -> {
              throw thrown;
            })
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining(message);
    assertThat(((EdgeBeatException) thrown).code()).isEqualTo(code);
  }
}
