package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.OfferDrafts;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.wallet.WalletDecider;
import io.edgebeat.spi.BackendConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A node's own limits, read from text options. */
public final class NodeOptions {
  /** Every option that is known. */
  public static final Set<String> KEYS =
      Set.of(
          "mode",
          "snapshotBytes",
          "raiseAfter",
          "buyer.window",
          "buyer.maxUnpaidTicks",
          "buyer.tasksPerAgreement",
          "buyer.maxRounds",
          "buyer.offerTtl",
          "buyer.openBy",
          "buyer.startTimeout",
          "buyer.idleTimeout",
          "buyer.resultTimeout",
          "buyer.settleTimeout",
          "buyer.challenge",
          "buyer.life",
          "buyer.margin",
          "buyer.depositTicks",
          "seller.maxUnpaidTicks",
          "seller.newcomerUnpaidTicks",
          "seller.maxRounds",
          "seller.literal",
          "seller.hold",
          "seller.grace",
          "seller.provisionTimeout",
          "seller.idleTimeout",
          "seller.resultTimeout",
          "seller.settleTimeout",
          "seller.leaseSlack",
          "seller.margin",
          "seller.reorgCap",
          "seller.claimAbove");

  /** Far above anything sensible, and far below anything that overflows. */
  private static final int MOST = 1_000_000;

  private static final long SNAPSHOT_BYTES = 8L << 20;
  private static final long LEAST_SNAPSHOT = 1L << 10;
  private static final long MOST_SNAPSHOT = 1L << 30;

  private final BackendConfig config;

  /**
   * Checks the keys.
   *
   * @param options text by key
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNKNOWN_CONFIG_KEY}
   */
  public NodeOptions(Map<String, String> options) {
    config = BackendConfig.of(options).requireKnown("node", KEYS);
  }

  /** The limits as a buyer. */
  public BuyerPolicy buyer() {
    BuyerPolicy d = BuyerPolicy.DEFAULTS;
    return new BuyerPolicy(
        integer("buyer.window", d.window()),
        integer("buyer.maxUnpaidTicks", d.maxUnpaidTicks()),
        integer("buyer.tasksPerAgreement", d.tasksPerAgreement()),
        integer("buyer.maxRounds", d.maxRounds()),
        config.duration("buyer.offerTtl", d.offerTtl()),
        config.duration("buyer.openBy", d.openBy()),
        config.duration("buyer.startTimeout", d.startTimeout()),
        config.duration("buyer.idleTimeout", d.idleTimeout()),
        config.duration("buyer.resultTimeout", d.resultTimeout()),
        config.duration("buyer.settleTimeout", d.settleTimeout()),
        config.duration("buyer.challenge", d.challenge()),
        config.duration("buyer.life", d.life()),
        config.duration("buyer.margin", d.margin()),
        integer("buyer.depositTicks", d.depositTicks()));
  }

  /** The limits as a seller. */
  public SellerPolicy seller() {
    SellerPolicy d = SellerPolicy.DEFAULTS;
    String cap = config.text("seller.reorgCap", "");
    String above = config.text("seller.claimAbove", "");
    return new SellerPolicy(
        integer("seller.maxUnpaidTicks", d.maxUnpaidTicks()),
        integer("seller.newcomerUnpaidTicks", d.newcomerUnpaidTicks()),
        integer("seller.maxRounds", d.maxRounds()),
        config.flag("seller.literal", d.literal()),
        config.duration("seller.hold", d.hold()),
        config.duration("seller.grace", d.grace()),
        config.duration("seller.provisionTimeout", d.provisionTimeout()),
        config.duration("seller.idleTimeout", d.idleTimeout()),
        config.duration("seller.resultTimeout", d.resultTimeout()),
        config.duration("seller.settleTimeout", d.settleTimeout()),
        config.duration("seller.leaseSlack", d.leaseSlack()),
        config.duration("seller.margin", d.margin()),
        cap.isEmpty() ? d.reorgCap() : amount("seller.reorgCap", cap),
        above.isEmpty() ? d.claimAbove() : amount("seller.claimAbove", above));
  }

  /** How much is journaled before a snapshot is made. */
  public long snapshotBytes() {
    long value = config.number("snapshotBytes", SNAPSHOT_BYTES);
    if (value < LEAST_SNAPSHOT || value > MOST_SNAPSHOT) {
      throw invalid(
          "option \"snapshotBytes\" must be between "
              + LEAST_SNAPSHOT
              + " and "
              + MOST_SNAPSHOT
              + ", found "
              + value);
    }
    return value;
  }

  /** After how long on its way a transaction is offered a higher fee. */
  public Duration raiseAfter() {
    Duration value = config.duration("raiseAfter", WalletDecider.RAISE_AFTER);
    if (value.isNegative() || value.isZero()) {
      throw invalid("option \"raiseAfter\" must be more than nothing, found " + value);
    }
    return value;
  }

  /** How agreements of this buyer are funded, opened and ended. */
  public OfferDrafts.Mode mode() {
    String mode = config.text("mode", "compact");
    return switch (mode) {
      case "compact" -> NodeParts.COMPACT;
      case "vault" -> new OfferDrafts.Mode(Event.Way.COMPACT, Agreement.Funding.VAULT);
      case "literal" -> new OfferDrafts.Mode(Event.Way.LITERAL, Agreement.Funding.WALLET);
      default ->
          throw invalid("option \"mode\" is compact, vault or literal, found \"" + mode + "\"");
    };
  }

  private int integer(String key, int fallback) {
    long value = config.number(key, fallback);
    if (value < 0 || value > MOST) {
      throw invalid("option \"" + key + "\" must be between 0 and " + MOST + ", found " + value);
    }
    return (int) value;
  }

  private static Amount amount(String key, String text) {
    try {
      return Amount.parse(Asset.EDG, text);
    } catch (EdgeBeatException wrong) {
      throw invalid("option \"" + key + "\": " + wrong.getMessage());
    }
  }

  private static EdgeBeatException invalid(String message) {
    return new EdgeBeatException(ErrorCode.INVALID_CONFIG_VALUE, message);
  }
}
