package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Permit;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.follow.Block;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.market.MarketCalls;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.Bundle;
import io.edgebeat.chain.evm.tx.Nonces;
import io.edgebeat.chain.evm.tx.RawTransaction;
import io.edgebeat.testkit.LedgerBench.Party;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What opens need to be allowed to take, and how it travels with them. */
@Timeout(120)
class AllowancesTest {
  private static final Duration OPEN_BY = Duration.ofMinutes(10);

  /** Opens of one buyer, each of another agreement. */
  private static final class Opens {
    final EvmBench bench;
    final Ledger ledger;
    int count;

    Opens(EvmBench bench, Ledger ledger) {
      this.bench = bench;
      this.ledger = ledger;
    }

    LedgerCommand.Open next() {
      return next(Party.SELLER);
    }

    /** With the seller's signature by somebody. */
    LedgerCommand.Open next(Party signer) {
      Instant now = bench.now();
      Agreement a =
          new Agreement(
              ledger.account(),
              bench.signer(Party.SELLER).address(),
              bench.signer(Party.VOUCHER_KEY).address(),
              Edg.of("10"),
              Edg.of("1"),
              now.plus(OPEN_BY),
              now.plusSeconds(40_000),
              ledger.info().parameters().minChallenge(),
              0,
              0,
              Agreement.Funding.WALLET,
              ContentId.sha256(new byte[] {(byte) count++}));
      Signature its =
          bench.signer(signer).sign(new SigningRequest.OfMessage(ledger.info().domain(), a));
      return new LedgerCommand.Open(a, Optional.empty(), Optional.of(its));
    }

    boolean isOpen(LedgerCommand.Open open) {
      var id = open.agreement().id(ledger.info().domain());
      return ledger.agreement(id, Finality.PENDING).status() == AgreementStatus.OPEN;
    }

    SignedTransaction send(LedgerCommand command) {
      SignedTransaction t = ledger.prepare(command);
      ledger.broadcast(t);
      return t;
    }

    Bundle bundle(SignedTransaction t) {
      return Bundle.read(t, bench.deployment.chainId(), EvmBench.SIGNATURES);
    }

    boolean hasPermit(SignedTransaction t) {
      Bundle bundle = bundle(t);
      boolean has = MarketCalls.permitDeadline(bundle.last().transaction().data()).isPresent();
      assertThat(bundle.parts()).hasSize(has ? 1 : bundle.parts().size());
      return has;
    }

    boolean hasApproval(SignedTransaction t) {
      return bundle(t).parts().size() > 1;
    }

    TransactionStatus status(SignedTransaction t) throws InterruptedException {
      return Waiting.until(ledger, t, s -> !(s instanceof TransactionStatus.Pending));
    }
  }

  private static Rpc rpc(EvmBench bench) {
    return new Rpc(List.of(bench.net.uri()), RpcLimits.DEFAULTS);
  }

  private static BigInteger allowance(EvmBench bench, Address owner) {
    byte[] data =
        AbiWriter.call("allowance(address,address)")
            .address(owner)
            .address(bench.deployment.market())
            .toBytes();
    try (Rpc rpc = rpc(bench)) {
      return rpc.ask(
          Call.of(
              "eth_call",
              Hex::big,
              Json.object("to", bench.deployment.token().toString(), "data", Hex.of(data)),
              Json.of("latest")));
    }
  }

  /** Somebody who has seen a transaction uses its permit. */
  private static void useBefore(EvmBench bench, RawTransaction transaction, Agreement a) {
    AbiReader r = new AbiReader(transaction.data().toBytes(), 4 + 32 * 15);
    byte[] data =
        AbiWriter.call("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")
            .address(a.buyer())
            .address(bench.deployment.market())
            .uint(a.total().baseUnits())
            .uint(r.number(40))
            .uint(r.number(8))
            .bytes32(r.bytes32())
            .bytes32(r.bytes32())
            .toBytes();
    String stranger = EvmBench.key().address().toString();
    bench.net.fund(Address.parse(stranger), 1);
    try (Rpc rpc = rpc(bench)) {
      rpc.ask(Call.of("anvil_impersonateAccount", json -> true, Json.of(stranger)));
      Call<Bytes32> send =
          Call.of(
              "eth_sendTransaction",
              Hex::bytes32,
              Json.object(
                  "from",
                  stranger,
                  "to",
                  bench.deployment.token().toString(),
                  "data",
                  Hex.of(data)));
      Bytes32 hash = rpc.ask(send);
      Call<Boolean> done =
          Call.of(
              "eth_getTransactionReceipt",
              json -> !json.isNull() && Hex.number(json.at("status")) == 1,
              Json.of(hash.toString()));
      while (!rpc.ask(done)) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void theFirstOpenIsOneTransactionAndAllowsNothingBeyondIt() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      LedgerCommand.Open open = opens.next();
      SignedTransaction t = opens.send(open);
      Waiting.done(ledger, t);
      assertThat(opens.hasPermit(t)).isTrue();
      assertThat(opens.isOpen(open)).isTrue();
      assertThat(allowance(bench, ledger.account())).isZero();
      SignedTransaction next = ledger.prepare(opens.next());
      assertThat(next.nonce()).isEqualTo(1);
    }
  }

  /** Whoever sees the open on its way can use its permit before it: it does not matter. */
  @Test
  void aPermitThatWasUsedByOthersFailsNoOpen() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      LedgerCommand.Open open = opens.next();
      SignedTransaction t = ledger.prepare(open);
      assertThat(opens.hasPermit(t)).isTrue();
      useBefore(bench, opens.bundle(t).last().transaction(), open.agreement());
      assertThat(allowance(bench, ledger.account()))
          .isEqualTo(open.agreement().total().baseUnits());
      ledger.broadcast(t);
      Waiting.done(ledger, t);
      assertThat(opens.isOpen(open)).isTrue();
      assertThat(allowance(bench, ledger.account())).isZero();
    }
  }

  /** The second permit would count only when the first was used, and the first may fail. */
  @Test
  void thereIsNoSecondPermitWhileOneCanBeUsed() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      SignedTransaction first = ledger.prepare(opens.next(Party.VOUCHER_KEY));
      LedgerCommand.Open open = opens.next();
      SignedTransaction second = ledger.prepare(open);
      LedgerCommand.Open after = opens.next();
      SignedTransaction third = ledger.prepare(after);
      assertThat(opens.hasPermit(first)).isTrue();
      assertThat(opens.hasApproval(second)).isTrue();
      assertThat(opens.hasPermit(third) || opens.hasApproval(third)).isFalse();
      for (SignedTransaction t : List.of(first, second, third)) {
        ledger.broadcast(t);
      }
      Waiting.done(ledger, second);
      Waiting.done(ledger, third);
      assertThat(opens.status(first))
          .isInstanceOfSatisfying(
              TransactionStatus.Failed.class,
              failed -> assertThat(failed.code()).isEqualTo(ErrorCode.BAD_SIGNATURE));
      assertThat(opens.isOpen(open) && opens.isOpen(after)).isTrue();
    }
  }

  /** A permit takes the place of what was allowed before it, also of what counts on that. */
  @Test
  void anApprovalInAGapBeforeAPermitIsNotCountedOnBehindIt() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      LedgerCommand nothing =
          new LedgerCommand.RecordOffer(opens.next().agreement().id(ledger.info().domain()));
      SignedTransaction one = ledger.prepare(nothing);
      SignedTransaction two =
          ledger.prepare(
              new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1")));
      LedgerCommand.Open open = opens.next();
      SignedTransaction permitted = ledger.prepare(open);
      assertThat(opens.hasPermit(permitted)).isTrue();
      ledger.abandon(one);
      ledger.abandon(two);
      // Its approval and itself stand before the permit.
      SignedTransaction before = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
      assertThat(opens.bundle(before).nonces()).containsExactly(0L, 1L);
      LedgerCommand.Open after = opens.next();
      SignedTransaction behind = ledger.prepare(after);
      assertThat(opens.hasApproval(behind)).isTrue();
      for (SignedTransaction t : List.of(before, permitted, behind)) {
        ledger.broadcast(t);
      }
      for (SignedTransaction t : List.of(before, permitted, behind)) {
        Waiting.done(ledger, t);
      }
      assertThat(opens.isOpen(open) && opens.isOpen(after)).isTrue();
    }
  }

  /** One that stands in a gap before a permit would not last: another one comes behind it. */
  @Test
  void anApprovalIsAboveThePermitThatStandsBetweenAndTheGapIsFilled() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      LedgerCommand.Open open;
      SignedTransaction permitted;
      SignedTransaction deposit;
      try (Ledger ledger = bench.connect(Party.BUYER)) {
        Opens opens = new Opens(bench, ledger);
        open = opens.next();
        LedgerCommand nothing =
            new LedgerCommand.RecordOffer(open.agreement().id(ledger.info().domain()));
        SignedTransaction dropped = ledger.prepare(nothing);
        permitted = ledger.prepare(open);
        assertThat(opens.hasPermit(permitted)).isTrue();
        ledger.abandon(dropped);
        deposit = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
        assertThat(opens.bundle(deposit).nonces()).containsExactly(0L, 2L, 3L);
        // All of it is given back, and what was to replace it keeps all of it.
        ledger.abandon(deposit);
        deposit = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
        SignedTransaction raised = ledger.replace(deposit, new FeeHint(20));
        ledger.abandon(deposit);
        deposit = raised;
        assertThat(opens.bundle(deposit).nonces()).containsExactly(0L, 2L, 3L);
      }
      try (Ledger ledger = bench.connect(Party.BUYER)) {
        ledger.restore(List.of(deposit, permitted));
        Opens opens = new Opens(bench, ledger);
        opens.count = 1;
        SignedTransaction behind = ledger.prepare(opens.next());
        assertThat(opens.bundle(behind).nonces()).containsExactly(4L);
        for (SignedTransaction t : List.of(behind, permitted, deposit)) {
          ledger.broadcast(t);
        }
        for (SignedTransaction t : List.of(permitted, deposit, behind)) {
          Waiting.done(ledger, t);
        }
        assertThat(opens.isOpen(open)).isTrue();
        assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("1"));
      }
    }
  }

  /** What an approval has come to is asked of the chain once it is in. */
  @Test
  void anApprovalThatAPermitHasUndoneIsMadeAnew() throws Exception {
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      LedgerCommand nothing =
          new LedgerCommand.RecordOffer(opens.next().agreement().id(ledger.info().domain()));
      SignedTransaction one = ledger.prepare(nothing);
      SignedTransaction two =
          ledger.prepare(
              new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1")));
      SignedTransaction permitted = ledger.prepare(opens.next());
      assertThat(opens.hasPermit(permitted)).isTrue();
      ledger.abandon(one);
      ledger.abandon(two);
      // Nobody asks what became of this one.
      SignedTransaction before = opens.send(new LedgerCommand.VaultDeposit(Edg.of("1")));
      assertThat(opens.bundle(before).nonces()).containsExactly(0L, 1L);
      ledger.broadcast(permitted);
      Waiting.done(ledger, permitted);
      net.mine(EvmBench.DEPTH);
      Waiting.until(
          ledger,
          permitted,
          s -> s instanceof TransactionStatus.Done d && d.finality() == Finality.FINAL);
      SignedTransaction after = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("2")));
      assertThat(opens.hasApproval(after)).isTrue();
      ledger.abandon(after);
      // What is final is under way no more, so that a permit may travel again.
      SignedTransaction again = ledger.prepare(opens.next());
      assertThat(opens.hasPermit(again)).isTrue();
      ledger.abandon(again);
      // After a restart it is the same.
      try (Ledger fresh = bench.connect(Party.BUYER)) {
        fresh.restore(List.of(before));
        SignedTransaction deposit = fresh.prepare(new LedgerCommand.VaultDeposit(Edg.of("2")));
        assertThat(opens.hasApproval(deposit)).isTrue();
        fresh.broadcast(deposit);
        Waiting.done(fresh, deposit);
        assertThat(fresh.vault(fresh.account(), Finality.PENDING)).isEqualTo(Edg.of("3"));
      }
    }
  }

  /** What has failed for good leaves a permit that everybody has seen, until its time is over. */
  @Test
  void aPermitThatFailedCountsUntilItsDeadlineAndOneThatWasUsedNoLongerThanFinal()
      throws Exception {
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      Opens opens = new Opens(bench, ledger);
      SignedTransaction done = opens.send(opens.next());
      Waiting.done(ledger, done);
      SignedTransaction early = ledger.prepare(opens.next());
      assertThat(opens.hasApproval(early)).isTrue();
      ledger.abandon(early);
      net.mine(EvmBench.DEPTH);
      assertThat(opens.status(done))
          .isInstanceOfSatisfying(
              TransactionStatus.Done.class,
              d -> assertThat(d.finality()).isEqualTo(Finality.FINAL));

      SignedTransaction failed = opens.send(opens.next(Party.VOUCHER_KEY));
      assertThat(opens.hasPermit(failed)).isTrue();
      assertThat(opens.status(failed)).isInstanceOf(TransactionStatus.Failed.class);
      net.mine(EvmBench.DEPTH);
      assertThat(opens.status(failed))
          .isInstanceOfSatisfying(
              TransactionStatus.Failed.class,
              f -> assertThat(f.finality()).isEqualTo(Finality.FINAL));
      SignedTransaction meanwhile = ledger.prepare(opens.next());
      assertThat(opens.hasApproval(meanwhile)).isTrue();
      ledger.abandon(meanwhile);
      net.advance(OPEN_BY.plusSeconds(1));
      LedgerCommand.Open open = opens.next();
      SignedTransaction t = opens.send(open);
      assertThat(opens.hasPermit(t)).isTrue();
      Waiting.done(ledger, t);
      assertThat(opens.isOpen(open)).isTrue();
    }
  }

  private static Devnet start() {
    Anvil.here();
    return Devnet.start();
  }

  @Test
  void aPermitThatWasNeverSentIsGivenBackAndOneThatWasJournaledIsRemembered() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      SignedTransaction journaled;
      LedgerCommand.Open open;
      try (Ledger before = bench.connect(Party.BUYER)) {
        Opens opens = new Opens(bench, before);
        open = opens.next();
        SignedTransaction dropped = before.prepare(open);
        before.abandon(dropped);
        journaled = before.prepare(open);
        assertThat(journaled).isEqualTo(dropped);
        assertThat(opens.hasPermit(journaled)).isTrue();
      }
      try (Ledger after = bench.connect(Party.BUYER)) {
        after.restore(List.of(journaled));
        Opens opens = new Opens(bench, after);
        opens.count = 1;
        SignedTransaction next = after.prepare(opens.next());
        assertThat(opens.hasApproval(next)).isTrue();
        after.broadcast(journaled);
        Waiting.done(after, journaled);
        assertThat(opens.isOpen(open)).isTrue();
      }
    }
  }

  /** A policy that signs no permits is asked for an approval, and one that fails fails the call. */
  @Test
  void aSignerMayRefusePermits() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      Signer key = bench.signer(Party.BUYER);
      List<Permit> asked = new ArrayList<>();
      ErrorCode[] says = {ErrorCode.SIGNING_REFUSED};
      Signer picky =
          new Signer() {
            @Override
            public Address address() {
              return key.address();
            }

            @Override
            public Signature sign(SigningRequest request) {
              if (request instanceof SigningRequest.OfMessage of
                  && of.message() instanceof Permit permit) {
                assertThat(of.domain().verifyingContract()).isEqualTo(bench.deployment.token());
                asked.add(permit);
                throw new EdgeBeatException(says[0], "no permits here");
              }
              return key.sign(request);
            }
          };
      try (Ledger ledger =
          EvmLedger.connect(
              EvmBench.options(bench.deployment, List.of(bench.net.uri())),
              picky,
              EvmBench.SIGNATURES)) {
        Opens opens = new Opens(bench, ledger);
        LedgerCommand.Open open = opens.next();
        says[0] = ErrorCode.INTERRUPTED;
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> ledger.prepare(open)))
            .isInstanceOfSatisfying(
                EdgeBeatException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
        says[0] = ErrorCode.SIGNING_REFUSED;
        SignedTransaction t = opens.send(open);
        assertThat(t.nonce()).isZero();
        assertThat(opens.hasApproval(t)).isTrue();
        Waiting.done(ledger, t);
        assertThat(asked).hasSize(2);
        assertThat(asked.getFirst().value()).isEqualTo(open.agreement().total());
        assertThat(asked.getFirst().deadline()).isEqualTo(open.agreement().openBy());
      }
    }
  }

  /** A token that calls itself something else would not take what is signed for this one. */
  @Test
  void thereAreNoPermitsForATokenOfAnotherDomain() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Rpc rpc = rpc(bench)) {
      Deployment real = bench.deployment;
      for (long chain : new long[] {real.chainId(), real.chainId() + 1}) {
        Deployment deployment =
            new Deployment(chain, real.token(), real.core(), real.market(), real.firstBlock());
        try (Ledger ledger = bench.connect(Party.BUYER)) {
          MarketCalls calls =
              new MarketCalls(ledger.info().domain(), real.token(), ledger.account());
          Allowances allowances = new Allowances(deployment, ledger.account(), calls, new Nonces());
          LedgerCommand.Open open = new Opens(bench, ledger).next();
          Optional<Permit> permit = calls.permit(open);
          Call<Block> latest = Chain.block("latest");
          List<Call<?>> asked = new ArrayList<>(allowances.questions(calls.of(open), permit));
          asked.add(latest);
          Answers answers = rpc.ask(asked);
          Allowances.Turn turn =
              allowances.take(
                  calls.of(open), permit, 0, 0, asked, answers, answers.get(latest).time());
          assertThat(turn.permitNonce().isPresent()).isEqualTo(chain == real.chainId());
          assertThat(turn.approvals().isEmpty()).isEqualTo(chain == real.chainId());
        }
      }
    }
  }
}
