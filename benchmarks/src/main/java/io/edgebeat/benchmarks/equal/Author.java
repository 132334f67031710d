package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Makes up sequences. It plays along on an embedded ledger of its own to know what would make sense
 * now, so that most calls succeed and every state is reached.
 */
final class Author {
  private static final String[] KINDS = {
    "RecordOffer", "AcceptOffer", "DepositFee", "FundChannel", "ReclaimFee", "Cancel", "Open",
    "TopUp", "Claim", "RequestClose", "Terminate", "Settle", "Release", "Finalize"
  };

  private static final String[] ASIDE = {
    "Advertise",
    "Advertise",
    "Withdraw",
    "VaultDeposit",
    "VaultDeposit",
    "VaultWithdraw",
    "Transfer"
  };

  /** What is refused so often that less of it will do. */
  private static final Set<String> COMMON =
      Set.of("WRONG_STATE", "EXPIRED", "INSUFFICIENT_FUNDS", "BAD_AMOUNT", "INVALID_ARGUMENT");

  private final Random random;
  private final List<Deal> deals;
  private final EmbeddedSide guide;
  private final Calls calls;
  private final List<Step> steps = new ArrayList<>();
  private Instant now = World.START;
  private boolean paused;
  private int sincePause;

  private Author(Random random, List<Deal> deals, EmbeddedSide guide) {
    this.random = random;
    this.deals = deals;
    this.guide = guide;
    this.calls = new Calls(random, deals, guide.recordOf(0));
  }

  /**
   * Makes up the sequence of a seed.
   *
   * @param length how many calls
   */
  static Sequence write(long seed, int length) {
    Random random = new Random(seed);
    World world = random.nextInt(5) == 0 ? World.BOUNDLESS : World.USUAL;
    List<Deal> deals = Deals.draw(random, world);
    try (EmbeddedSide guide = new EmbeddedSide(world, deals)) {
      Author author = new Author(random, deals, guide);
      int made = 0;
      while (made < length) {
        made += author.block(length - made);
      }
      return new Sequence(seed, world, deals, author.steps);
    }
  }

  /** A block of one to four calls; before it time passes, or the unusual happens. */
  private int block(int most) {
    unusual();
    long seconds = seconds();
    now = now.plusSeconds(seconds);
    steps.add(new Step.Block(seconds));
    int count = Math.min(most, random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(4));
    for (int i = 0; i < count; i++) {
      Step.Send send = call();
      String outcome = guide.play(now, List.of(send)).getFirst();
      // What is refused moves nothing, so the guide need not have tried it.
      while (COMMON.contains(outcome) && random.nextInt(10) < 6) {
        send = call();
        outcome = guide.play(now, List.of(send)).getFirst();
      }
      steps.add(send);
    }
    sincePause++;
    return count;
  }

  private void unusual() {
    if (paused ? random.nextInt(3) == 0 : random.nextInt(45) == 0) {
      paused = !paused;
      now = now.plusSeconds(1);
      sincePause = 0;
      steps.add(new Step.Pause(paused));
      guide.pause(now, paused);
    } else if (random.nextInt(14) == 0 && sincePause > 0) {
      // The guide is not reorganised: what is sent again in another order comes out otherwise now
      // and then, and then the calls that follow are a little less sensible.
      now = now.plusSeconds(1);
      int depth = 1 + random.nextInt(Math.min(12, sincePause));
      steps.add(new Step.Reorg(depth, random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(1_000)));
    }
  }

  private long seconds() {
    if (random.nextInt(10) > 0) {
      return 1L + random.nextInt(12);
    }
    Deal deal = deals.get(random.nextInt(deals.size()));
    Instant deadline =
        guide.recordOf(deal.salt()).deadline().orElse(at(deal.expiry() + deal.challenge()));
    Instant moment =
        switch (random.nextInt(8)) {
          case 0 -> at(deal.openBy());
          case 1 -> at(deal.openBy() + 1);
          case 2 -> at(deal.expiry() - 1);
          case 3 -> at(deal.expiry());
          case 4 -> deadline.minusSeconds(1);
          default -> deadline;
        };
    long seconds = moment.getEpochSecond() - now.getEpochSecond();
    // Far jumps would end every deal at once.
    return seconds > 0 && seconds < (random.nextInt(5) == 0 ? 10_000 : 900)
        ? seconds
        : 1L + random.nextInt(60);
  }

  private static Instant at(long seconds) {
    return World.START.plusSeconds(seconds);
  }

  private Step.Send call() {
    boolean honest = random.nextInt(10) < 7;
    if (random.nextInt(5) == 0) {
      return calls.aside(ASIDE[random.nextInt(ASIDE.length)], now, this::holds, honest);
    }
    int deal = random.nextInt(deals.size());
    boolean goOn = random.nextInt(10) < 6;
    for (int i = 0; i < 8 && isIdle(deal, honest, goOn); i++) {
      deal = random.nextInt(deals.size());
    }
    AgreementRecord record = guide.recordOf(deal);
    boolean sensible = honest || random.nextBoolean();
    String kind = sensible ? sensible(record, deals.get(deal)) : of(KINDS);
    return calls.about(kind, deal, record, honest);
  }

  private Amount holds(Actor actor, boolean vault) {
    return vault
        ? guide.reader().vault(actor.address(), Finality.PENDING)
        : guide.reader().balance(actor.address(), Finality.PENDING);
  }

  private boolean isOver(int deal) {
    AgreementStatus status = guide.recordOf(deal).status();
    return status == AgreementStatus.CLOSED || status == AgreementStatus.LAPSED;
  }

  private boolean isIdle(int deal, boolean honest, boolean goOn) {
    return isOver(deal)
        || (honest && isHopeless(deal))
        || (goOn && guide.recordOf(deal).status() == AgreementStatus.NONE);
  }

  /** Too late to be opened, or paid from a vault with too little in it. */
  private boolean isHopeless(int number) {
    Deal deal = deals.get(number);
    boolean before =
        switch (guide.recordOf(number).status()) {
          case NONE, OFFER_RECORDED, ACCEPTED, FEE_HELD -> true;
          default -> false;
        };
    boolean poor =
        deal.funding() == Agreement.Funding.VAULT
            && holds(deal.buyer(), true).compareTo(deal.deposit()) < 0;
    return before && (now.isAfter(at(deal.openBy())) || poor);
  }

  /** What the parties would do in this state. */
  private String sensible(AgreementRecord record, Deal deal) {
    return switch (record.status()) {
      case NONE -> random.nextInt(12) == 0 ? "Cancel" : of("RecordOffer", "Open");
      case OFFER_RECORDED ->
          random.nextInt(12) == 0
              ? "Cancel"
              : of("AcceptOffer", "AcceptOffer", "AcceptOffer", "Open");
      case ACCEPTED -> random.nextInt(12) == 0 ? "Cancel" : "DepositFee";
      case FEE_HELD -> of("FundChannel", "FundChannel", "ReclaimFee");
      case OPEN ->
          now.isBefore(at(deal.expiry() + deal.challenge()))
              ? of(
                  "TopUp",
                  "Claim",
                  "Claim",
                  "Claim",
                  "RequestClose",
                  "RequestClose",
                  "Terminate",
                  "Terminate",
                  "Settle",
                  "Release")
              : of("Finalize", "Claim", "Settle", "Release");
      case CLOSING ->
          now.isBefore(record.deadline().orElse(now))
              ? of("Claim", "Claim", "Terminate", "Settle", "Release")
              : of("Finalize", "Finalize", "Claim", "Settle");
      case CLOSED, LAPSED -> of(KINDS);
    };
  }

  private String of(String... kinds) {
    return kinds[random.nextInt(kinds.length)];
  }
}
