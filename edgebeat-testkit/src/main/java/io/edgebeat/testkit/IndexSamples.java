package io.edgebeat.testkit;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Usage;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rows for the contract of state indexes. */
final class IndexSamples {
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.000000008Z");
  static final Amount MOST = new Amount(Asset.EDG, Amount.MAX);

  private IndexSamples() {}

  static Bytes32 bytes(int n) {
    return Bytes32.of(ByteBuffer.allocate(32).putInt(n).array());
  }

  static Address account(int n) {
    return Address.of(ByteBuffer.allocate(20).putInt(n).array());
  }

  static AgreementId id(int n) {
    return new AgreementId(bytes(n));
  }

  static Amount edg(long units) {
    return Amount.of(Asset.EDG, units);
  }

  static IndexCursor cursor(long sequence) {
    return new IndexCursor(Blob.of(new byte[] {1, 2, (byte) 255}), sequence, sequence / 2);
  }

  static IndexEntry.OfAgreement agreement(int n, long paid, Instant changedAt) {
    return new IndexEntry.OfAgreement(
        id(n),
        account(1),
        account(2),
        AgreementStatus.OPEN,
        "STREAMING",
        MOST,
        edg(paid),
        changedAt);
  }

  static IndexEntry.OfPayment payment(int n, long sequence, long value) {
    return new IndexEntry.OfPayment(id(n), sequence, edg(value), NOW);
  }

  /** What is paid is 2^96 - 1 less a little: no double holds that. */
  static IndexEntry.OfInvoice invoice(int n, Instant at) {
    ContentId file = ContentId.ofRaw("x".getBytes(StandardCharsets.UTF_8));
    Usage usage = new Usage(1, Long.MAX_VALUE, 3, 4, 5, Map.of("thermo", 6L, "", 7L));
    return new IndexEntry.OfInvoice(
        new Invoice(
            id(n),
            account(1),
            account(2),
            edg(10),
            edg(11),
            edg(12),
            edg(13),
            edg(14),
            Long.MAX_VALUE,
            new Amount(Asset.EDG, Amount.MAX.subtract(BigInteger.valueOf(n))),
            edg(16),
            edg(17),
            List.of(
                new Invoice.Line(1, file, "Completed", Optional.of(file), usage),
                new Invoice.Line(2, file, "Failed", Optional.empty(), Usage.NONE))),
        at);
  }

  static IndexEntry.OfListing listing(int seller, int content, String region) {
    return new IndexEntry.OfListing(
        new Listing(
            new ListingId(account(seller), bytes(content)),
            Long.MAX_VALUE,
            NOW,
            "jvm:" + region,
            account(3),
            region,
            new ResourceSpec(1, Long.MAX_VALUE, 0),
            Set.of("wasm", region),
            List.of(
                new CapabilityInfo("thermo", region, "a \"thermometer\" of 1:2", 3),
                new CapabilityInfo("lamp", "", "", 0)),
            new Price(MOST, new TickUnit(TickUnit.Kind.MESSAGES, 9), edg(0)),
            true));
  }
}
