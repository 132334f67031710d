package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.ExecutionPlan;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.agreement.SellerWork;
import io.edgebeat.core.engine.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * An honest seller against a buyer who does anything: opens or not, by either way, orders, pays,
 * rolls over its vouchers, overdraws, cancels, signs the settlement or not, states other sums, asks
 * to close at any time, and holds the voucher key, so that anybody may claim any value.
 *
 * <p>The promise: when it is over the seller has got what it holds, min(best, deposit + topUps).
 * What a buyer pays on top after the seller has sent the transaction that ends it is a gift: it
 * cannot be in a sum that was signed before.
 */
final class SellerMoney extends MoneyModel<SellerSide, SellerMoney.Notes> {
  private static final int MAX_BEGUN = 3;

  private final Agreement agreement;
  private final Set<Tricks> tricks;

  /** What the others do besides the plain things. */
  enum Tricks {
    /** A second voucher. */
    ROLL_OVER,
    /** A voucher above what the channel holds. */
    OVERDRAW,
    /** More money in the channel. */
    TOP_UP,
    /** Claims by strangers, of more and of less than is owed. */
    CLAIM,
    /** Stating sums on the ledger. */
    STATE,
    /** Opening by the white paper's single steps, or not at all. */
    LITERAL
  }

  /**
   * What the buyer has sent.
   *
   * @param sequence the newest voucher
   * @param cumulative what it owes without ticks
   * @param count its ticks
   * @param revealed how many of them are sent
   * @param overdrawn whether a voucher above the channel was tried
   * @param asked how many units the workload has asked for
   * @param due what the seller must get
   * @param ending whether the seller has sent what ends the agreement
   */
  record Notes(
      long sequence,
      long cumulative,
      int count,
      int revealed,
      boolean overdrawn,
      int asked,
      long due,
      boolean ending) {
    long value() {
      return cumulative + revealed;
    }
  }

  SellerMoney(Stage stage, long challenge, Set<Tricks> tricks) {
    super(stage);
    this.tricks = tricks;
    agreement = stage.agreement(challenge);
  }

  @Override
  public String name() {
    return "honest seller, challenge of " + agreement.challenge().toSeconds() + " s, " + tricks;
  }

  @Override
  Address honest() {
    return stage.seller;
  }

  @Override
  Side<SellerSide> wake(Journal journal) {
    return Side.seller(stage, journal);
  }

  @Override
  public List<World<Notes>> starts() {
    Side<SellerSide> seller = wake(Journal.EMPTY);
    seller.hear(new PeerMessage.OfferMade(stage.offer(agreement)), Stage.T0);
    World<Notes> agreed =
        new World<>(
            0,
            Books.opening(stage),
            seller.journal(),
            new Notes(0, 0, 0, 0, false, 0, 0, false),
            "");
    List<World<Notes>> open = new ArrayList<>();
    if (!tricks.contains(Tricks.LITERAL)) {
      othersSend(agreed, seller).forEach(s -> send(agreed, s, (move, world) -> open.add(world)));
    }
    return open.isEmpty() ? List.of(agreed) : open;
  }

  @Override
  Notes note(Notes n, Side<SellerSide> after) {
    boolean over =
        after.state.work() == SellerWork.TERMINATING || after.state.work() == SellerWork.SETTLED;
    long held = after.state.paid().baseUnits().longValueExact();
    boolean ends =
        after.pending().stream()
            .anyMatch(
                p ->
                    p.command() instanceof LedgerCommand.Settle
                        || p.command() instanceof LedgerCommand.Release
                        || p.command() instanceof LedgerCommand.Terminate);
    return new Notes(
        n.sequence,
        n.cumulative,
        n.count,
        n.revealed,
        n.overdrawn,
        n.asked,
        n.ending && over ? n.due : Math.max(n.due, held),
        n.ending || ends);
  }

  @Override
  public Optional<String> violation(World<Notes> world) {
    SellerWork work = side(world.journal()).state.work();
    boolean serves = work == SellerWork.RUNNING || work == SellerWork.PAUSED;
    return serves && world.books().channel().status() == AgreementStatus.CLOSING
        ? Optional.of("the honest seller goes on serving while the agreement is CLOSING")
        : super.violation(world);
  }

  @Override
  Optional<String> wronged(World<Notes> world) {
    long got = world.books().gained(stage.seller);
    long total = world.books().channel().total().baseUnits().longValueExact();
    long want = Math.min(world.notes().due, total);
    return got < want
        ? Optional.of("the honest seller holds " + want + " and gets " + got)
        : Optional.empty();
  }

  @Override
  boolean busy(Side<SellerSide> look) {
    return look.state.plan().flatMap(ExecutionPlan::stop).isPresent();
  }

  @Override
  void othersMove(
      World<Notes> world, Side<SellerSide> look, BiConsumer<String, World<Notes>> next) {
    Notes n = world.notes();
    pay(world, n, next);
    hears("order", world, n, order(), next);
    hears("cancel", world, n, new PeerMessage.CancelTask(1), next);
    if (!look.journal().heard(PeerMessage.CloseNotice.class)) {
      hears("close notice", world, n, new PeerMessage.CloseNotice("enough"), next);
    }
    look.journal()
        .said(PeerMessage.SettlementProposed.class)
        .ifPresent(
            p ->
                hears(
                    "sign settlement of " + p.settlement().cumulative().baseUnits(),
                    world,
                    n,
                    new PeerMessage.SettlementSigned(stage.byVoucherKey(p.settlement())),
                    next));
    look.state.plan().ifPresent(plan -> work(world, plan, next));
  }

  private void work(World<Notes> world, ExecutionPlan plan, BiConsumer<String, World<Notes>> next) {
    Notes n = world.notes();
    boolean waits = n.asked > plan.granted();
    if (!plan.held() && plan.stop().isEmpty() && !waits && n.asked < MAX_BEGUN) {
      next.accept(
          "workload asks for unit " + (n.asked + 1),
          after(
              world.noting(
                  new Notes(
                      n.sequence,
                      n.cumulative,
                      n.count,
                      n.revealed,
                      n.overdrawn,
                      n.asked + 1,
                      n.due,
                      n.ending)),
              s -> s.give(new Event.UnitsAsked(1, "call", 1), world.now())));
    }
    TaskOutcome outcome =
        plan.stop().isPresent()
            ? new TaskOutcome.Stopped("as planned")
            : new TaskOutcome.Completed(Stage.content("result"));
    long used = Math.min(n.asked, plan.granted());
    next.accept(
        "execution ends",
        after(
            world,
            s -> s.give(new Event.ExecutionEnded(1, outcome, Usage.NONE, used), world.now())));
  }

  private PeerMessage order() {
    return new PeerMessage.TaskOrdered(
        stage.byVoucherKey(
            new TaskOrder(
                stage.protocol.id(agreement),
                1,
                stage.spec.workload(),
                stage.spec.input(),
                stage.spec.limits())));
  }

  private void pay(World<Notes> world, Notes n, BiConsumer<String, World<Notes>> next) {
    long total = stage.numbers.deposit() + world.books().channel().topUps().baseUnits().longValue();
    long base = n.sequence == 0 ? stage.numbers.setup() : n.value();
    if (n.sequence < (tricks.contains(Tricks.ROLL_OVER) ? 2 : 1) && base <= total) {
      vouch(world, n, base, (int) (total - base), n.overdrawn, next);
    }
    if (tricks.contains(Tricks.OVERDRAW) && n.sequence < 2 && !n.overdrawn) {
      vouch(world, n, base, (int) (total - base) + 1, true, next);
    }
    if (n.revealed < n.count) {
      Notes more =
          new Notes(
              n.sequence,
              n.cumulative,
              n.count,
              n.revealed + 1,
              n.overdrawn,
              n.asked,
              n.due,
              n.ending);
      hears(
          "pay tick " + more.revealed + " of voucher " + n.sequence,
          world,
          more,
          new PeerMessage.Ticks(
              n.sequence, more.revealed, links(n.sequence, n.count)[more.revealed]),
          next);
    }
  }

  private void vouch(
      World<Notes> world,
      Notes n,
      long cumulative,
      int count,
      boolean overdrawn,
      BiConsumer<String, World<Notes>> next) {
    Notes more =
        new Notes(n.sequence + 1, cumulative, count, 0, overdrawn, n.asked, n.due, n.ending);
    Voucher voucher = voucher(more.sequence, cumulative, count);
    hears(
        "voucher " + more.sequence + " of " + cumulative + " and " + count + " ticks",
        world,
        more,
        new PeerMessage.VoucherSent(stage.byVoucherKey(voucher)),
        (move, heard) ->
            next.accept(
                move,
                // A voucher that was refused was never sent, as far as the next one is concerned.
                heard.journal().heardVoucher(more.sequence)
                    ? heard
                    : heard.noting(
                        new Notes(
                            n.sequence,
                            n.cumulative,
                            n.count,
                            n.revealed,
                            overdrawn,
                            n.asked,
                            heard.notes().due,
                            heard.notes().ending))));
  }

  private Bytes32[] links(long sequence, int count) {
    return TickChain.links(
        stage.protocol.id(agreement),
        Bytes32.of(Stage.secret("chain " + sequence).reveal()),
        count);
  }

  private Voucher voucher(long sequence, long cumulative, int count) {
    return new Voucher(
        stage.protocol.id(agreement),
        sequence,
        Stage.units(cumulative),
        count == 0 ? Bytes32.ZERO : links(sequence, count)[0],
        Stage.units(count == 0 ? 0 : 1),
        count,
        Bytes32.ZERO);
  }

  @Override
  List<Sent> othersSend(World<Notes> world, Side<SellerSide> look) {
    Agreement a = agreement;
    Address buyer = stage.buyer;
    List<Sent> all = new ArrayList<>();
    sellersSignature(look)
        .ifPresent(
            s -> {
              Signature own = stage.protocol.sign(a, stage.buyerKey).signature();
              all.add(
                  new Sent(
                      "anyone sends Open",
                      new LedgerCommand.Open(a, Optional.of(own), Optional.of(s)),
                      stage.stranger));
            });
    if (!world.books().funded() && !tricks.contains(Tricks.LITERAL)) {
      return all;
    }
    if (!world.books().funded()) {
      all.add(new Sent("RecordOffer", new LedgerCommand.RecordOffer(stage.protocol.id(a)), buyer));
      all.add(new Sent("DepositFee", new LedgerCommand.DepositFee(a), buyer));
      all.add(new Sent("FundChannel", new LedgerCommand.FundChannel(a), buyer));
      all.add(new Sent("ReclaimFee", new LedgerCommand.ReclaimFee(a), buyer));
      all.add(new Sent("Cancel", new LedgerCommand.Cancel(a), buyer));
      return all;
    }
    all.add(new Sent("RequestClose", new LedgerCommand.RequestClose(a), buyer));
    all.add(new Sent("anyone sends Finalize", new LedgerCommand.Finalize(a), stage.stranger));
    if (tricks.contains(Tricks.TOP_UP) && world.books().channel().topUps().isZero()) {
      all.add(new Sent("TopUp", new LedgerCommand.TopUp(a, Stage.units(1)), stage.stranger));
    }
    for (long value : tricks.contains(Tricks.CLAIM) ? claims(world) : List.<Long>of()) {
      VoucherClaim claim =
          new VoucherClaim(stage.byVoucherKey(voucher(9, value, 0)), 0, Bytes32.ZERO);
      all.add(
          new Sent("anyone claims " + value, new LedgerCommand.Claim(a, claim), stage.stranger));
    }
    if (!tricks.contains(Tricks.STATE)) {
      return all;
    }
    all.add(
        new Sent(
            "Terminate 0", new LedgerCommand.Terminate(a, Stage.units(0), Bytes32.ZERO), buyer));
    look.journal()
        .said(PeerMessage.SettlementProposed.class)
        .ifPresent(
            p ->
                all.add(
                    new Sent(
                        "Terminate " + p.settlement().cumulative().baseUnits(),
                        new LedgerCommand.Terminate(
                            a, p.settlement().cumulative(), p.settlement().invoiceHash()),
                        buyer)));
    return all;
  }

  /** Nothing, something in between, all, and more than there is. */
  private List<Long> claims(World<Notes> world) {
    long total = world.books().channel().total().baseUnits().longValueExact();
    return List.of(0L, 2L, total, total + 2);
  }

  private static Optional<Signature> sellersSignature(Side<SellerSide> look) {
    return look.journal().said(PeerMessage.Accepted.class).map(PeerMessage.Accepted::signature);
  }
}
