package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts what a market holds, and what it owes by all that it has told. */
final class EvmAudit {
  private static final int PAGE = 500;

  private final Rpc rpc;
  private final Deployment deployment;
  private final Ledger ledger;
  private final Set<AgreementId> agreements = new HashSet<>();
  private LedgerCursor read = LedgerCursor.START;

  private EvmAudit(Rpc rpc, Deployment deployment, Ledger ledger) {
    this.rpc = rpc;
    this.deployment = deployment;
    this.ledger = ledger;
  }

  /**
   * Whether a market holds what it owes, to the unit. Counts again as long as something happens.
   *
   * @param node the chain
   * @param ledger any account's, of this market
   * @param accounts whoever may have a vault
   */
  static boolean isExact(URI node, Deployment deployment, Ledger ledger, Set<Address> accounts) {
    try (Rpc rpc = new Rpc(List.of(node), RpcLimits.DEFAULTS)) {
      EvmAudit audit = new EvmAudit(rpc, deployment, ledger);
      audit.follow();
      while (true) {
        boolean exact = audit.held().equals(audit.owed(accounts));
        if (exact || !audit.follow()) {
          return exact;
        }
      }
    }
  }

  /** Reads on; says whether anything has happened. */
  private boolean follow() {
    boolean any = false;
    while (true) {
      EventPage page = ledger.awaitEvents(read, PAGE, Duration.ZERO);
      if (page.entries().isEmpty()) {
        return any;
      }
      any = true;
      for (LedgerEntry entry : page.entries()) {
        if (entry.event() instanceof LedgerEvent.OfAgreement of) {
          agreements.add(of.id());
        }
      }
      read = page.next();
    }
  }

  private BigInteger held() {
    return view(
        deployment.token(), AbiWriter.call("balanceOf(address)").address(deployment.market()));
  }

  private BigInteger owed(Set<Address> accounts) {
    BigInteger sum = view(deployment.market(), AbiWriter.call("feePot()"));
    for (Address account : accounts) {
      sum =
          sum.add(view(deployment.market(), AbiWriter.call("vaultOf(address)").address(account)))
              .add(view(deployment.market(), AbiWriter.call("feesOf(address)").address(account)));
    }
    for (AgreementId id : agreements) {
      AgreementRecord r = ledger.agreement(id, Finality.PENDING);
      if (r.status() == AgreementStatus.OPEN || r.status() == AgreementStatus.CLOSING) {
        sum =
            sum.add(r.deposit().plus(r.topUps()).minus(r.claimed()).baseUnits())
                .add(r.feeHeld().baseUnits());
      } else if (r.status() == AgreementStatus.FEE_HELD) {
        sum = sum.add(r.feeHeld().baseUnits());
      }
    }
    return sum;
  }

  private BigInteger view(Address contract, AbiWriter call) {
    return rpc.ask(
        Call.of(
            "eth_call",
            json -> new AbiReader(Hex.bytes(json), 0).uint(256),
            Json.object("to", contract.toString(), "data", Hex.of(call.toBytes())),
            Json.of("latest")));
  }
}
