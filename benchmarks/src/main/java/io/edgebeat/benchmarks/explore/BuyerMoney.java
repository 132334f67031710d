package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.settle.Invoices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * An honest buyer against a seller who does anything: takes the money and does nothing, reports
 * ticks that were never delivered, ends early or never, proposes any sum, proposes again, claims
 * any voucher with any preimage it has seen, releases, and sends the old signatures again.
 *
 * <p>The promises: paid is at most what the buyer has revealed; it loses at most paid + min(fee,
 * paid); one signature is charged once; it signs one settlement; and nothing is locked after expiry
 * + challenge.
 */
final class BuyerMoney extends MoneyModel<BuyerSide, BuyerMoney.Notes> {
  private final Set<Tricks> tricks;

  /** What the others do besides the plain things. */
  enum Tricks {
    /** Acknowledging what was never delivered, at once or bit by bit. */
    ACKNOWLEDGE,
    /** The buyer's own application changes its mind. */
    FICKLE,
    /** More money in the channel. */
    TOP_UP,
    /** Stating sums on the ledger, and not letting it be opened. */
    STATE
  }

  /**
   * What the seller has sent.
   *
   * @param receipted whether it has named the anchor of its acknowledgements
   * @param lines the lines of the invoice, by what it has told
   */
  record Notes(boolean receipted, List<Invoice.Line> lines) {}

  BuyerMoney(Stage stage, Set<Tricks> tricks) {
    super(stage);
    this.tricks = tricks;
  }

  @Override
  public String name() {
    return "honest buyer, " + tricks;
  }

  @Override
  Address honest() {
    return stage.buyer;
  }

  @Override
  Side<BuyerSide> wake(Journal journal) {
    return Side.buyer(stage, journal);
  }

  @Override
  public List<World<Notes>> starts() {
    Side<BuyerSide> buyer = wake(Journal.EMPTY);
    buyer.give(stage.begin(), Stage.T0);
    buyer.hear(
        new PeerMessage.Accepted(
            stage.id, stage.protocol.sign(stage.agreement, stage.sellerKey).signature()),
        Stage.T0);
    return List.of(
        new World<>(0, Books.opening(stage), buyer.journal(), new Notes(false, List.of()), ""));
  }

  @Override
  Notes note(Notes n, Side<BuyerSide> after) {
    List<Invoice.Line> lines = new ArrayList<>();
    for (Fact fact : after.journal().facts()) {
      if (fact instanceof Fact.Heard(long sequence, PeerMessage.TaskEnded m)) {
        lines.add(
            new Invoice.Line(
                m.taskNo(),
                stage.spec.workload().image(),
                m.outcome().getClass().getSimpleName(),
                m.outcome().output(),
                m.usage()));
      }
    }
    return new Notes(n.receipted, lines);
  }

  @Override
  Optional<String> wronged(World<Notes> world) {
    long revealed = side(world.journal()).state.paid().baseUnits().longValueExact();
    long lost = -world.books().gained(stage.buyer);
    ChannelState channel = world.books().channel();
    long paid =
        channel.status() == AgreementStatus.CLOSED
            ? channel.paid().baseUnits().longValueExact()
            : revealed;
    long most = paid + Math.min(stage.numbers.fee(), paid);
    return paid > revealed || lost > most
        ? Optional.of(
            "the honest buyer has revealed "
                + revealed
                + ", paid "
                + paid
                + ", may lose "
                + most
                + ", loses "
                + lost)
        : Optional.empty();
  }

  @Override
  public Optional<String> violation(World<Notes> world) {
    long signed =
        world.journal().allSaid(PeerMessage.SettlementSigned.class).stream().distinct().count();
    return signed > 1
        ? Optional.of("the honest buyer has signed " + signed + " settlements of one agreement")
        : super.violation(world);
  }

  @Override
  boolean busy(Side<BuyerSide> look) {
    return look.open(Action.Fetch.class).isPresent();
  }

  @Override
  void othersMove(World<Notes> world, Side<BuyerSide> look, BiConsumer<String, World<Notes>> next) {
    Notes n = world.notes();
    hears("started", world, n, new PeerMessage.TaskStarted(1), next);
    hears("refused", world, n, new PeerMessage.TaskRefused(1, ErrorCode.BUSY, "no"), next);
    hears("close notice", world, n, new PeerMessage.CloseNotice("enough"), next);
    if (tricks.contains(Tricks.ACKNOWLEDGE)) {
      acknowledge(world, look, next);
    }
    end(world, look, next);
    propose(world, look, next);
    look.open(Action.Fetch.class)
        .ifPresent(
            key -> {
              Event bad =
                  new Event.ActionFailed(key, ErrorCode.CONTENT_MISMATCH, "other bytes", false);
              Event good = new Event.Fetched(key, 3);
              next.accept("result fits", after(world, s -> s.give(good, world.now())));
              next.accept("result is bad", after(world, s -> s.give(bad, world.now())));
            });
    if (!tricks.contains(Tricks.FICKLE)) {
      return;
    }
    next.accept(
        "its application cancels",
        after(world, s -> s.give(new Event.CancelTask(stage.taskId), world.now())));
    next.accept(
        "its application terminates",
        after(world, s -> s.give(new Event.Terminate("enough"), world.now())));
  }

  /** The seller's own chain, which says of any tick that it is delivered. */
  private void acknowledge(
      World<Notes> world, Side<BuyerSide> look, BiConsumer<String, World<Notes>> next) {
    Bytes32[] chain =
        TickChain.links(
            stage.id,
            Bytes32.of(Stage.secret("acknowledgements").reveal()),
            (int) stage.numbers.deposit() + 1);
    Notes n = world.notes();
    if (!n.receipted) {
      Receipt receipt =
          new Receipt(stage.id, 1, 1, look.state.paid(), chain[0], Bytes32.ZERO, Bytes32.ZERO);
      hears(
          "receipt",
          world,
          new Notes(look.journal().said(PeerMessage.VoucherSent.class).isPresent(), n.lines),
          new PeerMessage.ReceiptSent(stage.protocol.sign(receipt, stage.receiptKey)),
          next);
    }
    for (int k = (int) look.state.acknowledged() + 1; k < chain.length; k += chain.length - 2) {
      hears("acknowledge " + k, world, n, new PeerMessage.Ack(k, chain[k]), next);
    }
  }

  private void end(
      World<Notes> world, Side<BuyerSide> look, BiConsumer<String, World<Notes>> next) {
    TaskOutcome stopped = new TaskOutcome.Stopped("so");
    TaskOutcome completed = new TaskOutcome.Completed(Stage.content("result"));
    long told = look.state.ticks();
    PeerMessage early = new PeerMessage.TaskEnded(1, stopped, told, Usage.NONE);
    hears("stopped after " + told, world, world.notes(), early, next);
    long most = stage.numbers.deposit();
    PeerMessage all = new PeerMessage.TaskEnded(1, completed, most, Usage.NONE);
    hears("completed after " + most, world, world.notes(), all, next);
  }

  private void propose(
      World<Notes> world, Side<BuyerSide> look, BiConsumer<String, World<Notes>> next) {
    long total = world.books().channel().total().baseUnits().longValueExact();
    long told = look.state.ticks();
    long most = total - stage.numbers.setup();
    // What is revealed, less, and more.
    for (long ticks : new TreeSet<>(List.of(told, Math.max(0, told - 1), most))) {
      propose(world, Stage.units(stage.numbers.setup() + ticks), ticks, next);
    }
  }

  private void propose(
      World<Notes> world, Amount sum, long ticks, BiConsumer<String, World<Notes>> next) {
    Invoice invoice;
    try {
      invoice =
          Invoices.of(
              stage.id,
              stage.agreement,
              stage.terms,
              world.books().channel().topUps(),
              sum,
              ticks,
              world.notes().lines);
    } catch (EdgeBeatException unexplained) {
      return;
    }
    Settlement settlement = new Settlement(stage.id, sum, Documents.invoiceHash(invoice));
    hears(
        "propose " + sum.baseUnits(),
        world,
        world.notes(),
        new PeerMessage.SettlementProposed(settlement, invoice),
        next);
  }

  @Override
  List<Sent> othersSend(World<Notes> world, Side<BuyerSide> look) {
    Agreement a = stage.agreement;
    Address seller = stage.seller;
    List<Sent> all = new ArrayList<>();
    all.add(
        new Sent(
            "anyone sends Open",
            new LedgerCommand.Open(
                a,
                Optional.of(stage.protocol.sign(a, stage.buyerKey).signature()),
                Optional.of(stage.protocol.sign(a, stage.sellerKey).signature())),
            stage.stranger));
    boolean states = tricks.contains(Tricks.STATE);
    if (!world.books().funded() && !states) {
      return all;
    }
    if (!world.books().funded()) {
      all.add(new Sent("Cancel", new LedgerCommand.Cancel(a), seller));
      all.add(new Sent("AcceptOffer", new LedgerCommand.AcceptOffer(a), seller));
      return all;
    }
    all.add(new Sent("anyone sends Finalize", new LedgerCommand.Finalize(a), stage.stranger));
    all.add(new Sent("Release", new LedgerCommand.Release(a, Optional.empty()), seller));
    if (tricks.contains(Tricks.TOP_UP) && world.books().channel().topUps().isZero()) {
      all.add(new Sent("TopUp", new LedgerCommand.TopUp(a, Stage.units(1)), stage.stranger));
    }
    for (VoucherClaim claim : revealed(look)) {
      all.add(
          new Sent(
              "claim " + claim.value().baseUnits(),
              new LedgerCommand.Claim(a, claim),
              stage.stranger));
      all.add(
          new Sent(
              "Release with " + claim.value().baseUnits(),
              new LedgerCommand.Release(a, Optional.of(claim)),
              seller));
    }
    for (PeerMessage.SettlementSigned s :
        look.journal().allSaid(PeerMessage.SettlementSigned.class)) {
      Settlement settlement = s.settlement().message();
      all.add(
          new Sent(
              "Settle " + settlement.cumulative().baseUnits(),
              new LedgerCommand.Settle(
                  a, settlement, Optional.of(s.settlement().signature()), Optional.empty()),
              seller));
      if (!states) {
        continue;
      }
      all.add(
          new Sent(
              "Terminate " + settlement.cumulative().baseUnits(),
              new LedgerCommand.Terminate(a, settlement.cumulative(), settlement.invoiceHash()),
              seller));
    }
    if (!states) {
      return all;
    }
    all.add(
        new Sent(
            "Terminate all",
            new LedgerCommand.Terminate(a, world.books().channel().total(), Bytes32.ZERO),
            seller));
    return all;
  }

  /** Every voucher with every preimage that was sent. */
  private static List<VoucherClaim> revealed(Side<BuyerSide> look) {
    List<VoucherClaim> claims = new ArrayList<>();
    for (PeerMessage.VoucherSent sent : look.journal().allSaid(PeerMessage.VoucherSent.class)) {
      Signed<Voucher> voucher = sent.voucher();
      claims.add(new VoucherClaim(voucher, 0, Bytes32.ZERO));
      for (PeerMessage.Ticks ticks : look.journal().allSaid(PeerMessage.Ticks.class)) {
        if (ticks.sequence() == voucher.message().sequence()) {
          claims.add(new VoucherClaim(voucher, ticks.ticks(), ticks.preimage()));
        }
      }
    }
    return claims;
  }
}
