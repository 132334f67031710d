package io.edgebeat.testkit;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.testkit.LedgerBench.Party;
import java.util.List;
import java.util.Optional;

/** One of every command; whether it would be legal now does not matter. */
final class CommandSamples {
  private CommandSamples() {}

  static List<LedgerCommand> all(Parties p) {
    Agreement a = p.agreement(1, Agreement.Funding.WALLET);
    return List.of(
        new LedgerCommand.Advertise(Parties.INVOICE, "ipfs://x", a.expiry()),
        new LedgerCommand.Withdraw(Parties.INVOICE),
        new LedgerCommand.RecordOffer(p.id(a)),
        new LedgerCommand.AcceptOffer(a),
        new LedgerCommand.DepositFee(a),
        new LedgerCommand.FundChannel(a),
        p.open(a),
        new LedgerCommand.TopUp(a, p.tokens(1)),
        new LedgerCommand.Claim(a, p.claim(a, p.tokens(1))),
        new LedgerCommand.RequestClose(a),
        new LedgerCommand.Terminate(a, p.tokens(1), Parties.INVOICE),
        p.settle(a, p.tokens(1)),
        new LedgerCommand.Release(a, Optional.empty()),
        new LedgerCommand.Finalize(a),
        new LedgerCommand.Cancel(a),
        new LedgerCommand.ReclaimFee(a),
        new LedgerCommand.VaultDeposit(p.tokens(1)),
        new LedgerCommand.VaultWithdraw(p.tokens(1)),
        new LedgerCommand.Transfer(p.address(Party.SELLER), p.tokens(1)));
  }
}
