package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.storage.ContentId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Draws one call of a kind: an honest one is what the party that may would send, a hostile one is
 * wrong in about one place.
 */
final class Calls {
  private static final Amount NOTHING = Edg.units(0);
  private static final Asset FOREIGN = new Asset("ETH", 18);

  private final Random random;
  private final List<Deal> deals;

  /** What the call is drawn for. */
  private int number;

  private Deal deal;
  private AgreementRecord record;
  private String name = "";
  private boolean honest;

  Calls(Random random, List<Deal> deals, AgreementRecord any) {
    this.random = random;
    this.deals = deals;
    this.deal = deals.getFirst();
    this.record = any;
  }

  /**
   * A call about a deal.
   *
   * @param kind the name of its command
   * @param which the deal
   * @param now what a ledger keeps of it
   * @param sound whether it is an honest one
   */
  Step.Send about(String kind, int which, AgreementRecord now, boolean sound) {
    name = kind;
    number = which;
    deal = deals.get(which);
    record = now;
    honest = sound;
    int deed = which;
    return switch (kind) {
      case "RecordOffer" ->
          send(by(deal.buyer()), "", s -> new LedgerCommand.RecordOffer(s.id(deed)));
      case "AcceptOffer" ->
          send(by(deal.seller()), "", s -> new LedgerCommand.AcceptOffer(s.agreement(deed)));
      case "DepositFee" ->
          send(by(deal.buyer()), "", s -> new LedgerCommand.DepositFee(s.agreement(deed)));
      case "FundChannel" ->
          send(by(deal.buyer()), "", s -> new LedgerCommand.FundChannel(s.agreement(deed)));
      case "ReclaimFee" ->
          send(by(deal.buyer()), "", s -> new LedgerCommand.ReclaimFee(s.agreement(deed)));
      case "Cancel" ->
          send(
              by(random.nextBoolean() ? deal.buyer() : deal.seller()),
              "",
              s -> new LedgerCommand.Cancel(s.agreement(deed)));
      case "RequestClose" ->
          send(by(deal.buyer()), "", s -> new LedgerCommand.RequestClose(s.agreement(deed)));
      case "Finalize" -> send(any(), "", s -> new LedgerCommand.Finalize(s.agreement(deed)));
      case "TopUp" -> topUp();
      case "Open" -> open();
      case "Claim" -> {
        Claimed claim = claim();
        yield send(
            any(), claim.text, s -> new LedgerCommand.Claim(s.agreement(deed), claim.of.apply(s)));
      }
      case "Release" -> release();
      case "Terminate" -> terminate();
      case "Settle" -> settle();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private Step.Send send(Actor by, String text, Function<Scene, LedgerCommand> command) {
    return new Step.Send(by, number, command, given(), text(text));
  }

  /**
   * Signed and given back now and then: that must leave no trace. What is wrong may be refused
   * before it is signed by the one and afterwards by the other.
   */
  private boolean given() {
    return !honest || random.nextInt(40) != 0;
  }

  private String text(String more) {
    return " " + name + " #" + number + (more.isEmpty() ? "" : " " + more);
  }

  /** Who should, or somebody. */
  private Actor by(Actor right) {
    return honest || random.nextInt(3) > 0 ? right : any();
  }

  private Actor any() {
    return pick(List.of(Actor.values()));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** One in so many, and never of an honest call. */
  private boolean spoils(int oneIn) {
    return !honest && random.nextInt(oneIn) == 0;
  }

  private Twist twist() {
    return spoils(3) ? pick(List.of(Twist.values())) : Twist.NONE;
  }

  private Step.Send topUp() {
    int deed = number;
    Amount amount =
        spoils(2)
            ? pick(
                List.of(
                    NOTHING,
                    Edg.of("90"),
                    new Amount(Asset.EDG, Amount.MAX),
                    Amount.of(FOREIGN, 1)))
            : Edg.of("0." + (1 + random.nextInt(9)));
    return send(any(), amount.toString(), s -> new LedgerCommand.TopUp(s.agreement(deed), amount));
  }

  // Signatures of both.

  /** Whose signature comes along, if any. */
  private record Signer(Optional<Actor> by, Twist twist) {
    Optional<Signature> sign(Scene scene, TypedMessage message) {
      return by.map(actor -> scene.sign(actor, message, twist));
    }

    @Override
    public String toString() {
      return by.map(actor -> actor + (twist == Twist.NONE ? "" : " " + twist)).orElse("nobody");
    }
  }

  private Signer signer(Actor sender, Actor who, Actor right) {
    boolean needed = sender != who || random.nextInt(3) == 0;
    if (!needed || spoils(8)) {
      return new Signer(Optional.empty(), Twist.NONE);
    }
    return new Signer(Optional.of(spoils(4) ? any() : right), twist());
  }

  private Step.Send open() {
    int deed = number;
    Actor sender = random.nextBoolean() ? deal.buyer() : any();
    Signer buyer = signer(sender, deal.buyer(), deal.buyer());
    Signer seller = signer(sender, deal.seller(), deal.seller());
    return send(
        sender,
        "signed by " + buyer + " and " + seller,
        s ->
            new LedgerCommand.Open(
                s.agreement(deed),
                buyer.sign(s, s.agreement(deed)),
                seller.sign(s, s.agreement(deed))));
  }

  private Step.Send settle() {
    int deed = number;
    int about = spoils(6) ? random.nextInt(deals.size()) : number;
    Amount cumulative = cumulative();
    Actor sender = any();
    boolean byKey = random.nextBoolean() && deal.voucherKey().isPresent();
    Signer buyer =
        signer(sender, deal.buyer(), byKey ? deal.voucherKey().orElseThrow() : deal.buyer());
    Signer seller = signer(sender, deal.seller(), deal.seller());
    return send(
        sender,
        cumulative + " of #" + about + " signed by " + buyer + " and " + seller,
        s -> {
          Settlement settlement = new Settlement(s.id(about), cumulative, Scene.INVOICE);
          return new LedgerCommand.Settle(
              s.agreement(deed), settlement, buyer.sign(s, settlement), seller.sign(s, settlement));
        });
  }

  private Step.Send terminate() {
    int deed = number;
    // Few amounts, so that two agree.
    Amount cumulative =
        honest ? (random.nextInt(4) == 0 ? total() : record.claimed()) : cumulative();
    Bytes32 invoice = spoils(4) ? Bytes32.ZERO : Scene.INVOICE;
    return send(
        by(random.nextBoolean() ? deal.buyer() : deal.seller()),
        cumulative + " " + invoice,
        s -> new LedgerCommand.Terminate(s.agreement(deed), cumulative, invoice));
  }

  // Money.

  private Amount total() {
    return record.deposit().plus(record.topUps());
  }

  /** Between what was claimed and what there is, when it is honest. */
  private Amount cumulative() {
    if (spoils(3)) {
      return pick(
          List.of(
              NOTHING,
              Edg.units(1),
              deal.deposit(),
              new Amount(Asset.EDG, Amount.MAX),
              Amount.of(FOREIGN, 5)));
    }
    BigInteger low = record.claimed().baseUnits();
    BigInteger room = total().baseUnits().subtract(low).max(BigInteger.ZERO);
    BigInteger part = room.multiply(BigInteger.valueOf(random.nextInt(9))).shiftRight(3);
    return new Amount(Asset.EDG, low.add(part));
  }

  /** A claim that is still to be signed for one of the ledgers. */
  private record Claimed(String text, Function<Scene, VoucherClaim> of) {}

  private Claimed claim() {
    int about = spoils(6) ? random.nextInt(deals.size()) : number;
    Amount cumulative = cumulative();
    int count = random.nextInt(3) > 0 ? 0 : random.nextInt(30) == 0 ? 1_024 : 1 + random.nextInt(9);
    Amount tick =
        count == 0
            ? NOTHING
            : spoils(4) ? new Amount(Asset.EDG, Amount.MAX) : Edg.of("0.00" + random.nextInt(10));
    int shown = random.nextInt(count + 1);
    int said = spoils(4) ? pick(List.of(-1, count, count + 1, 1_025, Integer.MAX_VALUE)) : shown;
    Actor by = spoils(5) ? any() : deal.voucherKey().orElse(Actor.KEY);
    Twist twist = twist();
    String text =
        cumulative
            + " of #"
            + about
            + " and "
            + said
            + " ("
            + shown
            + ") of "
            + count
            + " times "
            + tick
            + " by "
            + by
            + (twist == Twist.NONE ? "" : " " + twist);
    return new Claimed(text, s -> s.claim(about, cumulative, tick, count, shown, said, by, twist));
  }

  private Step.Send release() {
    int deed = number;
    Optional<Claimed> claim = random.nextBoolean() ? Optional.empty() : Optional.of(claim());
    return send(
        by(deal.seller()),
        claim.map(Claimed::text).orElse(""),
        s -> new LedgerCommand.Release(s.agreement(deed), claim.map(c -> c.of.apply(s))));
  }

  // Beside agreements.

  /**
   * A call about none of the deals.
   *
   * @param kind the name of its command
   * @param now the ledger's time
   * @param holds what an actor has, in its vault when the second is true
   * @param sound whether it is an honest one
   */
  Step.Send aside(
      String kind, Instant now, BiFunction<Actor, Boolean, Amount> holds, boolean sound) {
    honest = sound;
    Actor by = any();
    Function<Scene, LedgerCommand> command;
    String text;
    switch (kind) {
      case "Advertise", "Withdraw" -> {
        by = pick(LedgerSide.SELLERS);
        Bytes32 content = spoils(4) ? ContentId.sha256(new byte[] {99}) : pick(LedgerSide.CONTENTS);
        if (kind.equals("Withdraw")) {
          command = s -> new LedgerCommand.Withdraw(content);
          text = content.toString();
          break;
        }
        Instant until = spoils(3) ? odd(now) : now.plusSeconds(1 + random.nextInt(400));
        String uri = spoils(3) ? oddUri() : "ipfs://" + random.nextInt(1_000);
        command = s -> new LedgerCommand.Advertise(content, uri, until);
        text = content + " until " + until + " at " + uri.length() + " characters";
      }
      case "Transfer" -> {
        Amount amount = amount(holds.apply(by, false));
        Actor to = any();
        int odd = spoils(2) ? random.nextInt(2) : -1;
        command =
            s ->
                new LedgerCommand.Transfer(
                    odd == 0
                        ? Address.of(new byte[20])
                        : odd == 1 ? s.domain().verifyingContract() : to.address(),
                    amount);
        text = amount + " to " + (odd == 0 ? "nobody" : odd == 1 ? "the market" : to);
      }
      case "VaultDeposit" -> {
        by = honest ? pick(List.of(Actor.RICH_BUYER, Actor.POOR_BUYER, Actor.SELLER)) : by;
        Amount amount = amount(holds.apply(by, false));
        command = s -> new LedgerCommand.VaultDeposit(amount);
        text = amount.toString();
      }
      case "VaultWithdraw" -> {
        by = honest && !holds.apply(Actor.RICH_BUYER, true).isZero() ? Actor.RICH_BUYER : by;
        Amount amount = amount(holds.apply(by, true));
        command = s -> new LedgerCommand.VaultWithdraw(amount);
        text = amount.toString();
      }
      default -> throw new IllegalArgumentException(kind);
    }
    return new Step.Send(by, Step.NO_DEAL, command, given(), " " + kind + " " + text);
  }

  private Amount amount(Amount held) {
    if (spoils(2)) {
      return pick(
          List.of(NOTHING, new Amount(Asset.EDG, Amount.MAX), Edg.of("30"), Amount.of(FOREIGN, 2)));
    }
    BigInteger part = held.baseUnits().shiftRight(1 + random.nextInt(5));
    return new Amount(Asset.EDG, part.max(BigInteger.ONE));
  }

  private Instant odd(Instant now) {
    return pick(
        List.of(
            now,
            now.minusSeconds(5),
            now.plus(Duration.ofMillis(1_500)),
            Instant.ofEpochSecond(1L << 40),
            Instant.ofEpochSecond((1L << 40) - 1),
            Instant.ofEpochSecond(-1)));
  }

  /** 2 048 bytes are allowed, in whatever characters. */
  private String oddUri() {
    return pick(
        List.of(
            "x".repeat(2_048),
            "x".repeat(2_049),
            "é".repeat(1_024),
            "é".repeat(1_025),
            "€".repeat(700),
            "x".repeat(20_000),
            "half of \uD800 a pair",
            ""));
  }
}
