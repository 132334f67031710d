package io.edgebeat.chain.evm.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Logs of the market and its token as events. */
public final class MarketEvents {
  /** The kind of a token's log of a transfer. */
  public static final Bytes32 TRANSFER = AbiWriter.topic("Transfer(address,address,uint256)");

  /** The fields of an agreement behind its parties, which are topics. */
  private static final String FIELDS =
      "address,uint96,uint96,uint40,uint40,uint32,uint32,uint32,bool,bytes32";

  private static final Map<Bytes32, Decoder> DECODERS =
      Map.ofEntries(
          decoder("Advertised(address,bytes32,uint40,uint64,string)", 3, MarketEvents::advertised),
          decoder(
              "Withdrawn(address,bytes32)",
              3,
              (l, r, d) ->
                  new LedgerEvent.Withdrawn(new ListingId(account(l, 1), l.topics().get(2)))),
          decoder(
              "OfferRecorded(bytes32,address)",
              3,
              (l, r, d) -> new LedgerEvent.OfferRecorded(id(l), account(l, 2))),
          decoder(
              "OfferAccepted(bytes32,address,address," + FIELDS + ")",
              4,
              (l, r, d) -> new LedgerEvent.OfferAccepted(id(l), agreement(l, r, d))),
          decoder(
              "FeeDeposited(bytes32,uint96)",
              2,
              (l, r, d) -> new LedgerEvent.FeeDeposited(id(l), amount(r))),
          decoder(
              "FeeReclaimed(bytes32,uint96)",
              2,
              (l, r, d) -> new LedgerEvent.FeeReclaimed(id(l), amount(r))),
          decoder(
              "Opened(bytes32,address,address," + FIELDS + ",uint256)",
              4,
              (l, r, d) -> new LedgerEvent.Opened(id(l), agreement(l, r, d))),
          decoder(
              "ToppedUp(bytes32,address,uint96,uint96)",
              3,
              (l, r, d) -> new LedgerEvent.ToppedUp(id(l), account(l, 2), amount(r), amount(r))),
          decoder(
              "Claimed(bytes32,uint96,uint96)",
              2,
              (l, r, d) -> new LedgerEvent.Claimed(id(l), amount(r), amount(r))),
          decoder(
              "CloseRequested(bytes32,uint40)",
              2,
              (l, r, d) -> new LedgerEvent.CloseRequested(id(l), time(r))),
          decoder(
              "TerminationStated(bytes32,address,uint96,bytes32)",
              3,
              (l, r, d) ->
                  new LedgerEvent.TerminationStated(id(l), account(l, 2), amount(r), r.bytes32())),
          decoder(
              "Closed(bytes32,address,address,uint96,uint256,uint96,bytes32,uint256)",
              4,
              (l, r, d) ->
                  new LedgerEvent.Closed(
                      id(l),
                      account(l, 2),
                      account(l, 3),
                      amount(r),
                      amount(r),
                      amount(r),
                      r.bytes32())),
          decoder(
              "Cancelled(bytes32,address)",
              3,
              (l, r, d) -> new LedgerEvent.Cancelled(id(l), account(l, 2))),
          decoder(
              "VaultChanged(address,uint256)",
              2,
              (l, r, d) -> new LedgerEvent.VaultChanged(account(l, 1), amount(r))));

  private final SigningDomain domain;
  private final Address token;

  /**
   * Events of one market.
   *
   * @param domain chain and market
   * @param token what the market counts in
   */
  public MarketEvents(SigningDomain domain, Address token) {
    this.domain = domain;
    this.token = token;
  }

  /** Reads what is behind the topics. */
  @FunctionalInterface
  private interface Read {
    LedgerEvent read(Log log, AbiReader data, SigningDomain domain);
  }

  private record Decoder(int topics, Read read) {}

  private static Map.Entry<Bytes32, Decoder> decoder(String signature, int topics, Read read) {
    return Map.entry(AbiWriter.topic(signature), new Decoder(topics, read));
  }

  /**
   * The events that a log stands for: none for one that no reader of a ledger needs, two for one
   * that also says what a vault holds now.
   *
   * @throws BadAnswerException when it is not what the contract writes
   */
  public List<LedgerEvent> read(Log log) {
    try {
      if (log.address().equals(token)) {
        return transferred(log).stream().toList();
      }
      if (!log.address().equals(domain.verifyingContract())) {
        throw new BadAnswerException("a log of a contract that was not asked for");
      }
      Decoder decoder = log.topics().isEmpty() ? null : DECODERS.get(log.topics().getFirst());
      if (decoder == null) {
        return List.of();
      }
      if (log.topics().size() != decoder.topics()) {
        throw new BadAnswerException("a log with a wrong number of topics");
      }
      AbiReader data = new AbiReader(log.data().toBytes(), 0);
      LedgerEvent event = decoder.read().read(log, data, domain);
      return switch (event) {
        case LedgerEvent.Opened e when e.agreement().funding() == Agreement.Funding.VAULT ->
            List.of(e, new LedgerEvent.VaultChanged(e.agreement().buyer(), amount(data)));
        case LedgerEvent.Closed e -> closed(e, amount(data));
        default -> List.of(event);
      };
    } catch (IllegalArgumentException | ArithmeticException | EdgeBeatException e) {
      throw new BadAnswerException("a log that the market cannot have written: " + e.getMessage());
    }
  }

  /** A vault that got something back is not empty; the refund to a wallet says 0. */
  private static List<LedgerEvent> closed(LedgerEvent.Closed event, Amount vault) {
    return vault.isZero() || event.refunded().isZero()
        ? List.of(event)
        : List.of(event, new LedgerEvent.VaultChanged(event.buyer(), vault));
  }

  /** Every kind of log that is read. */
  static Set<Bytes32> topics() {
    return DECODERS.keySet();
  }

  /** What the market takes and gives is told by its own events, and the supply was made before. */
  private Optional<LedgerEvent> transferred(Log log) {
    if (log.topics().size() != 3 || !log.topics().getFirst().equals(TRANSFER)) {
      return Optional.empty();
    }
    Address from = account(log, 1);
    Address to = account(log, 2);
    Amount amount = amount(new AbiReader(log.data().toBytes(), 0));
    boolean ofMarket =
        from.equals(domain.verifyingContract()) || to.equals(domain.verifyingContract());
    return ofMarket || from.isZero() || amount.isZero()
        ? Optional.empty()
        : Optional.of(new LedgerEvent.Transferred(from, to, amount));
  }

  private static LedgerEvent advertised(Log log, AbiReader r, SigningDomain domain) {
    Instant until = time(r);
    long sequence = r.number(64);
    return new LedgerEvent.Advertised(
        new ListingRecord(
            new ListingId(account(log, 1), log.topics().get(2)), until, sequence, r.string()));
  }

  private static AgreementId id(Log log) {
    return new AgreementId(log.topics().get(1));
  }

  private static Address account(Log log, int topic) {
    byte[] word = log.topics().get(topic).toBytes();
    return Address.of(Arrays.copyOfRange(word, 12, 32));
  }

  private static Amount amount(AbiReader r) {
    return new Amount(Asset.EDG, r.uint(96));
  }

  private static Instant time(AbiReader r) {
    return Instant.ofEpochSecond(r.number(40));
  }

  /** The fields must give the id: a node could otherwise put any agreement behind it. */
  private static Agreement agreement(Log log, AbiReader r, SigningDomain domain) {
    Agreement agreement =
        new Agreement(
            account(log, 2),
            account(log, 3),
            r.address(),
            amount(r),
            amount(r),
            time(r),
            time(r),
            Duration.ofSeconds(r.number(32)),
            r.number(32),
            r.number(32),
            r.bool() ? Agreement.Funding.VAULT : Agreement.Funding.WALLET,
            r.bytes32());
    if (!agreement.id(domain).equals(id(log))) {
      throw new BadAnswerException("an agreement that does not have the id it is logged with");
    }
    return agreement;
  }
}
