package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One random history of a market: three funded agreements from the start and three that may be
 * opened either way, legal and illegal commands of everybody, time jumps and reorganisations. After
 * every step the {@link Oracle} looks; in the end one honest party alone must get out.
 */
final class Fuzz {
  private static final String[] NAMES = {"b1", "b2", "s1", "s2", "key", "x"};

  /** The domain of every history's market: all are made with the same settings. */
  static final SigningDomain DOMAIN = empty().domain;

  private final Random random;
  private final Market market;
  private final Oracle oracle;
  private final List<Agreement> agreements = new ArrayList<>();
  private final Map<Agreement, String> buyers = new HashMap<>();
  private final Map<Agreement, String> sellers = new HashMap<>();
  private final Map<Agreement, VoucherClaim> best = new HashMap<>();
  private final Map<String, Set<Amount>> said = new HashMap<>();
  private boolean sound;

  private Fuzz(long seed, UnaryOperator<Rules> planted) {
    random = new Random(seed);
    market =
        new Market(
            new FakeSignatures(),
            c -> c.finalityDepth(6),
            c -> EmbeddedChain.planted(c, planted),
            NAMES);
    add("b1", "s1", Agreement.Funding.WALLET);
    add("b1", "s2", Agreement.Funding.VAULT);
    add("b2", "s1", Agreement.Funding.WALLET);
    add("b2", "s2", Agreement.Funding.WALLET);
    add("b1", "s1", Agreement.Funding.VAULT);
    add("b2", "s1", Agreement.Funding.WALLET);
    oracle = new Oracle(market, agreements);
    market.send("b1", new LedgerCommand.VaultDeposit(Edg.of("40")));
    for (Agreement a : agreements.subList(0, 3)) {
      market.send("x", market.open(a, buyers.get(a), sellers.get(a)));
      assertThat(market.record(a).status()).isEqualTo(AgreementStatus.OPEN);
    }
  }

  private static Market empty() {
    try (Market m =
        new Market(new FakeSignatures(), c -> c.finalityDepth(6), EmbeddedChain::inMemory, NAMES)) {
      return m;
    }
  }

  /**
   * Runs one history.
   *
   * @throws AssertionError naming the seed, the history and the invariant that does not hold
   */
  static void run(long seed, int steps, UnaryOperator<Rules> planted) {
    Fuzz fuzz = new Fuzz(seed, planted);
    List<String> history = new ArrayList<>();
    try {
      fuzz.oracle.check();
      for (int i = 0; i < steps; i++) {
        fuzz.step(history);
        fuzz.oracle.check();
      }
      fuzz.liveness(seed % 2 == 0, history);
      fuzz.oracle.check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ": " + e.getMessage() + "\n  " + String.join("\n  ", history), e);
    } finally {
      fuzz.market.close();
    }
  }

  private void add(String buyer, String seller, Agreement.Funding funding) {
    Agreement a = market.agreement(buyer, seller, "key", funding, agreements.size());
    if (agreements.size() == 5) {
      // One expires early, so that time jumps reach the end of its life.
      a =
          new Agreement(
              a.buyer(),
              a.seller(),
              a.voucherKey(),
              a.deposit(),
              a.fee(),
              a.openBy(),
              a.openBy(),
              a.challenge(),
              0,
              0,
              a.funding(),
              a.termsHash());
    }
    agreements.add(a);
    buyers.put(a, buyer);
    sellers.put(a, seller);
  }

  private void step(List<String> history) {
    int dice = random.nextInt(100);
    if (dice < 10) {
      jump(history);
    } else if (dice < 14 && market.chain.head().number() > 6) {
      int depth = 1 + random.nextInt(5);
      boolean again = random.nextBoolean();
      history.add("reorg " + depth + (again ? " again" : " forget"));
      try {
        market.chain.reorg(depth, again);
      } catch (EdgeBeatException e) {
        assertThat(e.code())
            .as("too deep for what is not final")
            .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        return;
      }
      if (!again) {
        sendAgain();
      }
      market.chain.mine(1);
    } else if (dice < 20) {
      aside(history);
    } else {
      command(history);
    }
  }

  /** What every node does with transactions that the chain has forgotten, in any order. */
  private void sendAgain() {
    List<SignedTransaction> lost = new ArrayList<>();
    for (SignedTransaction t : market.sent) {
      if (market.any().status(t.id()) instanceof TransactionStatus.Unknown) {
        lost.add(t);
      }
    }
    Collections.shuffle(lost, random);
    lost.forEach(market.any()::broadcast);
  }

  private void jump(List<String> history) {
    Agreement a = any();
    Instant now = market.clock.now;
    Instant to =
        switch (random.nextInt(6)) {
          case 0 -> now.plusSeconds(1);
          case 1 -> now.plus(Duration.ofMinutes(20));
          case 2 -> market.record(a).deadline().orElse(now.plusSeconds(60));
          case 3 -> market.record(a).deadline().orElse(now.plusSeconds(60)).minusSeconds(1);
          case 4 -> random.nextInt(6) == 0 ? a.expiry() : now.plusSeconds(600);
          default -> random.nextInt(3) == 0 ? a.openBy().plusSeconds(1) : now.plusSeconds(5);
        };
    if (to.isAfter(now)) {
      market.clock.now = to;
      history.add("time " + to);
    }
  }

  /** What concerns no agreement. */
  private void aside(List<String> history) {
    String who = NAMES[random.nextInt(NAMES.length)];
    LedgerCommand command =
        switch (random.nextInt(5)) {
          case 0 -> new LedgerCommand.VaultDeposit(amount());
          case 1 -> new LedgerCommand.VaultWithdraw(amount());
          case 2 ->
              new LedgerCommand.Transfer(
                  market.address(NAMES[random.nextInt(NAMES.length)]), amount());
          case 3 ->
              new LedgerCommand.Advertise(
                  Market.INVOICE, "ipfs://x", market.clock.now.plusSeconds(random.nextInt(50)));
          default -> new LedgerCommand.Withdraw(Market.INVOICE);
        };
    history.add(who + " " + command + " -> " + market.send(who, command));
  }

  private void command(List<String> history) {
    Agreement a = any();
    sound = true;
    String buyer = buyers.get(a);
    String seller = sellers.get(a);
    String who = NAMES[random.nextInt(NAMES.length)];
    LedgerCommand command;
    int kind = random.nextInt(22);
    if (random.nextInt(3) == 0) {
      // Go on with the literal way where it was begun: alone it would hardly ever be gone.
      kind =
          switch (market.record(a).status()) {
            case OFFER_RECORDED -> 1;
            case ACCEPTED -> 2;
            case FEE_HELD -> 3 + random.nextInt(2);
            default -> kind;
          };
    }
    switch (kind) {
      case 0 -> {
        who = mostly(buyer, who);
        command = new LedgerCommand.RecordOffer(market.id(a));
      }
      case 1 -> {
        who = mostly(seller, who);
        command = new LedgerCommand.AcceptOffer(a);
      }
      case 2 -> {
        who = mostly(buyer, who);
        command = new LedgerCommand.DepositFee(a);
      }
      case 3 -> {
        who = mostly(buyer, who);
        command = new LedgerCommand.FundChannel(a);
      }
      case 4 -> {
        who = mostly(buyer, who);
        command = new LedgerCommand.ReclaimFee(a);
      }
      case 5 -> command = new LedgerCommand.Cancel(a);
      case 6, 7, 8 -> command = market.open(a, mostly(buyer, who), mostly(seller, who));
      case 9 -> command = new LedgerCommand.TopUp(a, amount());
      case 10, 11, 12, 13 -> command = new LedgerCommand.Claim(a, voucher(a));
      case 14, 15 -> {
        who = mostly(buyer, who);
        command = new LedgerCommand.RequestClose(a);
      }
      case 16 -> {
        who = mostly(random.nextBoolean() ? buyer : seller, who);
        command = new LedgerCommand.Terminate(a, Edg.of(random.nextInt(3) + ""), Market.INVOICE);
      }
      case 17, 18 -> command = settle(a, who);
      case 19 -> {
        who = mostly(seller, who);
        command =
            new LedgerCommand.Release(
                a, random.nextBoolean() ? Optional.empty() : Optional.of(voucher(a)));
      }
      default -> command = new LedgerCommand.Finalize(a);
    }
    if (command instanceof LedgerCommand.Terminate t) {
      // Whatever the outcome: a reorganisation may execute it again in another order.
      said.computeIfAbsent(who + market.id(a), x -> new HashSet<>()).add(t.cumulative());
      if (Stream.of(buyer, seller)
          .allMatch(p -> said.getOrDefault(p + market.id(a), Set.of()).contains(t.cumulative()))) {
        oracle.settled(a, t.cumulative());
      }
    }
    AgreementRecord before = market.record(a);
    TransactionStatus outcome = market.send(who, command);
    history.add(who + " " + agreements.indexOf(a) + " " + command.name() + " -> " + outcome);
    oracle.judge(
        a, before, market.chain.head().time(), command, market.address(who), sound, outcome);
  }

  private LedgerCommand.Settle settle(Agreement a, String sender) {
    String buyerSide = mostly(random.nextBoolean() ? "key" : buyers.get(a), sender);
    String sellerSide = mostly(sellers.get(a), sender);
    Settlement s = new Settlement(market.id(a), amount(), Market.INVOICE);
    boolean buyerAgrees =
        sender.equals(buyers.get(a)) || buyerSide.equals("key") || buyerSide.equals(buyers.get(a));
    boolean sellerAgrees = sender.equals(sellers.get(a)) || sellerSide.equals(sellers.get(a));
    sound = buyerAgrees && sellerAgrees;
    if (sound) {
      oracle.settled(a, s.cumulative());
    }
    return new LedgerCommand.Settle(
        a, s, Optional.of(market.sign(buyerSide, s)), Optional.of(market.sign(sellerSide, s)));
  }

  private VoucherClaim voucher(Agreement a) {
    int ticks = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
    int k = ticks == 0 ? 0 : random.nextInt(ticks + 1);
    Amount tick = ticks == 0 ? Edg.units(0) : Edg.of("0.25");
    Amount base = random.nextInt(20) == 0 ? Edg.of("1000000") : amount();
    VoucherClaim claim = market.voucher(a, "key", base, tick, ticks, k);
    switch (random.nextInt(8)) {
      case 0 -> {
        // Signed by somebody else: worth nothing.
        Voucher v = claim.voucher().message();
        sound = false;
        return new VoucherClaim(
            new Signed<>(v, market.sign("b2", v)), claim.ticks(), claim.preimage());
      }
      case 1 -> {
        sound = k == 0;
        if (k > 0) {
          return new VoucherClaim(claim.voucher(), k, Bytes32.ZERO);
        }
      }
      case 2 -> {
        // A voucher of another agreement.
        Agreement other = any();
        if (!other.equals(a)) {
          sound = false;
          return market.voucher(other, "key", Edg.units(0));
        }
      }
      default -> {}
    }
    BigInteger value = base.baseUnits().add(tick.baseUnits().multiply(BigInteger.valueOf(k)));
    oracle.revealed(a, value);
    VoucherClaim known = best.get(a);
    if (known == null || known.value().baseUnits().compareTo(value) < 0) {
      best.put(a, claim);
    }
    return claim;
  }

  /** The honest party, alone, from wherever the history has led to. */
  private void liveness(boolean buyerIsHonest, List<String> history) {
    history.add("liveness of the " + (buyerIsHonest ? "buyers" : "sellers"));
    market.chain.mine(0);
    for (Agreement a : agreements) {
      AgreementRecord r = market.record(a);
      boolean funded = r.status() == AgreementStatus.OPEN || r.status() == AgreementStatus.CLOSING;
      if (buyerIsHonest && r.status() == AgreementStatus.FEE_HELD) {
        done(market.send(buyers.get(a), new LedgerCommand.ReclaimFee(a)), "I13 reclaim");
      } else if (buyerIsHonest && funded) {
        Instant latest = a.expiry().plus(a.challenge());
        Instant now = market.clock.now;
        Instant bound = now.plus(a.challenge()).isBefore(latest) ? now.plus(a.challenge()) : latest;
        if (r.status() == AgreementStatus.OPEN) {
          done(market.send(buyers.get(a), new LedgerCommand.RequestClose(a)), "I13 close");
        }
        if (bound.isAfter(now)) {
          market.clock.now = bound;
        }
        done(market.send(buyers.get(a), new LedgerCommand.Finalize(a)), "I13 finalize");
      } else if (!buyerIsHonest && funded) {
        Optional<VoucherClaim> claim = Optional.ofNullable(best.get(a));
        done(market.send(sellers.get(a), new LedgerCommand.Release(a, claim)), "I13 release");
        Amount total = r.deposit().plus(r.topUps());
        Amount due = claim.map(VoucherClaim::value).orElse(Edg.units(0)).min(total);
        assertThat(market.record(a).paid()).as("I13 paid").isEqualTo(due.max(r.claimed()));
      }
      AgreementStatus end = market.record(a).status();
      if (funded) {
        assertThat(end).as("I13").isEqualTo(AgreementStatus.CLOSED);
      }
    }
  }

  private static void done(TransactionStatus status, String what) {
    assertThat(status).as(what).isInstanceOf(TransactionStatus.Done.class);
  }

  private Agreement any() {
    return agreements.get(random.nextInt(agreements.size()));
  }

  private String mostly(String right, String other) {
    return random.nextInt(10) < 8 ? right : other;
  }

  private Amount amount() {
    return Edg.of(random.nextInt(13) + (random.nextBoolean() ? ".5" : ""));
  }
}
