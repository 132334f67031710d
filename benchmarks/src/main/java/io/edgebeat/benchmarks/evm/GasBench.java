package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.tx.Bundle;
import io.edgebeat.chain.evm.tx.RawTransaction;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What one agreement of a pair that has dealt before costs on the chain, by the receipts of what
 * the library has sent: the buyer opens, the seller settles. The way to a contested close is open
 * to both. Gas does not depend on the machine, so what is above a goal is a failure.
 */
public final class GasBench implements Program {
  private static final int LITERAL_TRANSACTIONS = 7;

  @Override
  public String name() {
    return "gas";
  }

  @Override
  public String summary() {
    return "gas and transactions of an agreement: with permit, allowance, vault, and step by step";
  }

  /** What receipts say. */
  private static final class Spent {
    long gas;
    int transactions;
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    Optional<EvmNet> started = EvmNet.start(context, LedgerParameters.DEFAULTS);
    if (started.isPresent()) {
      try (EvmNet net = started.get()) {
        measure(context, net);
      }
    }
  }

  private static void measure(ProgramContext context, EvmNet net) throws Exception {
    // Whose pot and seller have had something before: a first time is no measure of the next.
    Deals permits = new Deals(net, net.rich(), net.rich());
    Spent first = compact(net, permits, Agreement.Funding.WALLET);
    context.result("first", first.gas);
    report(context, "compact", compact(net, permits, Agreement.Funding.WALLET), 170_000, 2);

    Deals allowances = new Deals(net, net.rich(), permits.seller);
    // Approves, and leaves the allowance.
    var unused = send(net, allowances.ofBuyer, new LedgerCommand.VaultDeposit(Edg.of("1000")));
    report(context, "allowance", compact(net, allowances, Agreement.Funding.WALLET), 155_000, 2);
    unused = compact(net, allowances, Agreement.Funding.VAULT);
    report(context, "vault", compact(net, allowances, Agreement.Funding.VAULT), 130_000, 2);

    Deals steps = new Deals(net, net.rich(), permits.seller);
    report(context, "literal", literal(net, steps), 370_000, LITERAL_TRANSACTIONS);
    permits.close();
    allowances.close();
    steps.close();
  }

  private static void report(
      ProgramContext context, String way, Spent spent, long goal, int transactions) {
    context.result(way, spent.gas);
    context.result(way + "_txs", spent.transactions);
    if (spent.gas > goal || spent.transactions != transactions) {
      context.missed(
          "the way by "
              + way
              + " may cost "
              + goal
              + " gas in "
              + transactions
              + " transactions, and costs "
              + spent.gas
              + " in "
              + spent.transactions);
    }
  }

  private static Spent compact(EvmNet net, Deals deals, Agreement.Funding funding)
      throws InterruptedException {
    Agreement agreement = deals.next(funding);
    Spent spent = send(net, deals.ofBuyer, deals.open(agreement));
    add(spent, send(net, deals.ofSeller, deals.settle(agreement, Deals.PAID)));
    return closed(deals, agreement, spent);
  }

  /** Approve, recordOffer, acceptOffer, depositFee, fundChannel, and terminate of both. */
  private static Spent literal(EvmNet net, Deals deals) throws InterruptedException {
    Agreement agreement = deals.next(Agreement.Funding.WALLET);
    var id = agreement.id(deals.ofBuyer.info().domain());
    LedgerCommand terminate =
        new LedgerCommand.Terminate(agreement, Deals.PAID, agreement.termsHash());
    Spent spent = send(net, deals.ofBuyer, new LedgerCommand.RecordOffer(id));
    add(spent, send(net, deals.ofSeller, new LedgerCommand.AcceptOffer(agreement)));
    add(spent, send(net, deals.ofBuyer, new LedgerCommand.DepositFee(agreement)));
    add(spent, send(net, deals.ofBuyer, new LedgerCommand.FundChannel(agreement)));
    add(spent, send(net, deals.ofBuyer, terminate));
    add(spent, send(net, deals.ofSeller, terminate));
    return closed(deals, agreement, spent);
  }

  private static Spent closed(Deals deals, Agreement agreement, Spent spent) {
    var id = agreement.id(deals.ofBuyer.info().domain());
    var record = deals.ofBuyer.agreement(id, Finality.PENDING);
    if (record.status() != AgreementStatus.CLOSED || !record.paid().equals(Deals.PAID)) {
      throw new IllegalStateException("an agreement has ended as " + record);
    }
    return spent;
  }

  private static void add(Spent spent, Spent more) {
    spent.gas += more.gas;
    spent.transactions += more.transactions;
  }

  /** Sends a command, waits until it is final, and looks at the receipts of all that was sent. */
  private static Spent send(EvmNet net, Ledger ledger, LedgerCommand command)
      throws InterruptedException {
    SignedTransaction transaction = EvmNet.done(ledger, command);
    net.net.mine(EvmNet.DEPTH);
    TransactionStatus.Done done = EvmNet.await(ledger, transaction);
    if (done.finality() != Finality.FINAL) {
      throw new IllegalStateException(command.name() + " is " + done);
    }
    Spent spent = new Spent();
    Bundle bundle = Bundle.read(transaction, net.deployment.chainId(), net.signatures);
    for (RawTransaction.Signed part : bundle.parts()) {
      Call<BigInteger> receipt =
          Call.of(
              "eth_getTransactionReceipt",
              json -> Hex.big(json.at("gasUsed")),
              Json.of(part.hash().toString()));
      spent.gas += net.rpc.ask(receipt).longValueExact();
      spent.transactions++;
    }
    return spent;
  }
}
