package io.edgebeat.store.jdbc;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Entries as rows, in the order of {@link Table}'s columns, and back. */
final class Rows {
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  private Rows() {}

  /**
   * One row to be written, or to go.
   *
   * @param table where
   * @param keys the values of its keys
   * @param values its other values; empty for a row that is to go
   */
  record Row(Table table, List<Object> keys, List<Object> values) {}

  static Row of(IndexEntry entry) {
    return switch (entry) {
      case IndexEntry.OfAgreement e ->
          new Row(
              Table.AGREEMENTS,
              List.of(e.id().toString()),
              List.of(
                  e.buyer().toString(),
                  e.seller().toString(),
                  e.status().name(),
                  Text.escape(e.work()),
                  asset(entry, e.deposit(), e.paid()),
                  units(e.deposit()),
                  units(e.paid()),
                  nanos(e.changedAt())));
      case IndexEntry.OfPayment e ->
          new Row(
              Table.PAYMENTS,
              List.of(e.id().toString(), e.sequence()),
              List.of(asset(entry, e.value()), units(e.value()), nanos(e.at())));
      case IndexEntry.OfInvoice e -> row(e);
      case IndexEntry.NoInvoice e -> new Row(Table.INVOICES, List.of(e.id().toString()), List.of());
      case IndexEntry.OfListing e -> row(e);
      case IndexEntry.NoListing e -> new Row(Table.LISTINGS, key(e.id()), List.of());
    };
  }

  private static Row row(IndexEntry.OfInvoice entry) {
    Invoice i = entry.invoice();
    return new Row(
        Table.INVOICES,
        List.of(i.agreementId().toString()),
        List.of(
            i.buyer().toString(),
            i.seller().toString(),
            asset(
                entry,
                i.deposit(),
                i.topUps(),
                i.feeEscrowed(),
                i.setup(),
                i.tickAmount(),
                i.paid(),
                i.fee(),
                i.refunded()),
            units(i.deposit()),
            units(i.topUps()),
            units(i.feeEscrowed()),
            units(i.setup()),
            units(i.tickAmount()),
            i.ticks(),
            units(i.paid()),
            units(i.fee()),
            units(i.refunded()),
            Text.escape(Text.list(i.lines().stream().map(Rows::line).toList())),
            nanos(entry.at())));
  }

  private static String line(Invoice.Line line) {
    Usage usage = line.usage();
    List<String> messages = new ArrayList<>();
    usage
        .messages()
        .forEach(
            (name, count) -> {
              messages.add(name);
              messages.add(Long.toString(count));
            });
    return Text.list(
        List.of(
            Integer.toString(line.taskNo()),
            line.image().toString(),
            line.outcome(),
            line.result().map(ContentId::toString).orElse(""),
            Long.toString(usage.fuel()),
            Long.toString(usage.cpuNanos()),
            Long.toString(usage.memoryByteSeconds()),
            Long.toString(usage.bytesIn()),
            Long.toString(usage.bytesOut()),
            Text.list(messages)));
  }

  private static Invoice.Line line(String text) {
    List<String> t = Text.texts(text);
    Map<String, Long> messages = new TreeMap<>();
    List<String> counts = Text.texts(t.get(9));
    for (int i = 0; i < counts.size(); i += 2) {
      messages.put(counts.get(i), Long.parseLong(counts.get(i + 1)));
    }
    return new Invoice.Line(
        Integer.parseInt(t.get(0)),
        ContentId.parse(t.get(1)),
        t.get(2),
        t.get(3).isEmpty() ? Optional.empty() : Optional.of(ContentId.parse(t.get(3))),
        new Usage(
            Long.parseLong(t.get(4)),
            Long.parseLong(t.get(5)),
            Long.parseLong(t.get(6)),
            Long.parseLong(t.get(7)),
            Long.parseLong(t.get(8)),
            messages));
  }

  private static List<Object> key(ListingId id) {
    return List.of(id.seller().toString(), id.contentHash().toString());
  }

  private static Row row(IndexEntry.OfListing entry) {
    Listing l = entry.listing();
    return new Row(
        Table.LISTINGS,
        key(l.id()),
        List.of(
            l.sequence(),
            nanos(l.validUntil()),
            Text.escape(l.endpoint()),
            l.receiptKey().toString(),
            Text.escape(l.region()),
            l.resources().cpuMillis(),
            l.resources().memoryBytes(),
            l.resources().storageBytes(),
            Text.escape(Text.list(List.copyOf(l.workloadTypes()))),
            Text.escape(Text.list(l.capabilities().stream().map(Rows::capability).toList())),
            asset(entry, l.price().perTick(), l.price().setup()),
            units(l.price().perTick()),
            l.price().tickUnit().kind().name(),
            l.price().tickUnit().count(),
            units(l.price().setup()),
            l.lease()));
  }

  private static String capability(CapabilityInfo info) {
    return Text.list(
        List.of(
            info.name(), info.kind(), info.description(), Long.toString(info.unitsPerMessage())));
  }

  private static CapabilityInfo capability(String text) {
    List<String> t = Text.texts(text);
    return new CapabilityInfo(t.get(0), t.get(1), t.get(2), Long.parseLong(t.get(3)));
  }

  // ---------------------------------------------------------------- back

  static IndexEntry.OfAgreement agreement(ResultSet row) throws SQLException {
    return new IndexEntry.OfAgreement(
        AgreementId.parse(row.getString("id")),
        Address.parse(row.getString("buyer")),
        Address.parse(row.getString("seller")),
        AgreementStatus.valueOf(row.getString("status")),
        text(row, "work"),
        amount(row, "deposit"),
        amount(row, "paid"),
        instant(row, "changed_at"));
  }

  static IndexEntry.OfPayment payment(ResultSet row) throws SQLException {
    return new IndexEntry.OfPayment(
        AgreementId.parse(row.getString("agreement")),
        row.getLong("sequence"),
        amount(row, "amount"),
        instant(row, "changed_at"));
  }

  static IndexEntry.OfInvoice invoice(ResultSet row) throws SQLException {
    return new IndexEntry.OfInvoice(
        new Invoice(
            AgreementId.parse(row.getString("agreement")),
            Address.parse(row.getString("buyer")),
            Address.parse(row.getString("seller")),
            amount(row, "deposit"),
            amount(row, "top_ups"),
            amount(row, "fee_escrowed"),
            amount(row, "setup"),
            amount(row, "tick_amount"),
            row.getLong("ticks"),
            amount(row, "paid"),
            amount(row, "fee"),
            amount(row, "refunded"),
            Text.texts(text(row, "lines")).stream().map(Rows::line).toList()),
        instant(row, "closed_at"));
  }

  static IndexEntry.OfListing listing(ResultSet row) throws SQLException {
    Set<String> types = new TreeSet<>(Text.texts(text(row, "workload_types")));
    return new IndexEntry.OfListing(
        new Listing(
            new ListingId(
                Address.parse(row.getString("seller")),
                Bytes32.parse(row.getString("content_hash"))),
            row.getLong("sequence"),
            instant(row, "valid_until"),
            text(row, "endpoint"),
            Address.parse(row.getString("receipt_key")),
            text(row, "region"),
            new ResourceSpec(
                row.getLong("cpu_millis"),
                row.getLong("memory_bytes"),
                row.getLong("storage_bytes")),
            types,
            Text.texts(text(row, "capabilities")).stream().map(Rows::capability).toList(),
            new Price(
                amount(row, "per_tick"),
                new TickUnit(
                    TickUnit.Kind.valueOf(row.getString("tick_kind")), row.getLong("tick_count")),
                amount(row, "setup")),
            row.getBoolean("lease")));
  }

  // ---------------------------------------------------------------- columns

  /** The asset of a row: all its amounts share one column. */
  private static String asset(IndexEntry entry, Amount... amounts) {
    Asset asset = amounts[0].asset();
    for (Amount amount : amounts) {
      if (!amount.asset().equals(asset)) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "a row counts one asset, found "
                + asset.symbol()
                + " and "
                + amount.asset().symbol()
                + " in "
                + entry);
      }
    }
    return Text.escape(asset.decimals() + " " + asset.symbol());
  }

  private static Amount amount(ResultSet row, String column) throws SQLException {
    String stored = text(row, "asset");
    int space = stored.indexOf(' ');
    int decimals = Integer.parseInt(stored.substring(0, space));
    String symbol = stored.substring(space + 1);
    Asset asset =
        symbol.equals(Asset.EDG.symbol()) && decimals == Asset.EDG.decimals()
            ? Asset.EDG
            : new Asset(symbol, decimals);
    return new Amount(asset, row.getBigDecimal(column).toBigIntegerExact());
  }

  private static BigDecimal units(Amount amount) {
    return new BigDecimal(amount.baseUnits());
  }

  static BigDecimal nanos(Instant at) {
    return new BigDecimal(
        BigInteger.valueOf(at.getEpochSecond())
            .multiply(NANOS)
            .add(BigInteger.valueOf(at.getNano())));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    BigInteger nanos = row.getBigDecimal(column).toBigIntegerExact();
    BigInteger second = nanos.mod(NANOS);
    return Instant.ofEpochSecond(
        nanos.subtract(second).divide(NANOS).longValueExact(), second.longValueExact());
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Text.unescape(row.getString(column));
  }
}
