package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.FakeNode;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.testkit.LedgerBench.Party;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transactions that are stuck, lost, or have nothing to pay with, on a chain that waits. */
@Timeout(120)
class EvmSenderTest {
  private static LedgerCommand deposit(long tokens) {
    return new LedgerCommand.VaultDeposit(Edg.of(Long.toString(tokens)));
  }

  private static EvmBench bench(Devnet net) throws InterruptedException {
    return new EvmBench(net);
  }

  private static Devnet start() {
    Anvil.here();
    return Devnet.start();
  }

  private static void await(Ledger ledger, SignedTransaction t) throws InterruptedException {
    Waiting.done(ledger, t);
  }

  /** The first that spends brings its allowance with it; the next needs none. */
  @Test
  void whatSpendsAllowsItself() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      SignedTransaction first = ledger.prepare(deposit(3));
      SignedTransaction meanwhile = ledger.prepare(deposit(1));
      assertThat(meanwhile.nonce()).isEqualTo(first.nonce() + 2);
      ledger.broadcast(first);
      ledger.broadcast(meanwhile);
      await(ledger, first);
      await(ledger, meanwhile);
      SignedTransaction second = ledger.prepare(deposit(4));
      assertThat(second.nonce()).isEqualTo(first.nonce() + 3);
      ledger.broadcast(second);
      await(ledger, second);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("8"));
    }
  }

  /** Both transactions come back from the journal as one. */
  @Test
  void aBundleSurvivesARestart() throws Exception {
    try (EvmBench bench = bench(Anvil.here())) {
      SignedTransaction journaled;
      SignedTransaction plain;
      try (Ledger before = bench.connect(Party.BUYER)) {
        journaled = before.prepare(deposit(3));
        plain = before.prepare(deposit(1));
      }
      try (Ledger after = bench.connect(Party.BUYER)) {
        after.restore(List.of(journaled, plain));
        SignedTransaction next = after.prepare(deposit(2));
        assertThat(next.nonce()).isEqualTo(journaled.nonce() + 3);
        for (SignedTransaction t : List.of(next, plain, journaled)) {
          after.broadcast(t);
        }
        for (SignedTransaction t : List.of(next, plain, journaled)) {
          await(after, t);
        }
        assertThat(after.vault(after.account(), Finality.PENDING)).isEqualTo(Edg.of("6"));
      }
    }
  }

  /** Nobody knows whether it was sent before the restart. */
  @Test
  void whatWasJournaledBeforeARestartIsNotGivenBack() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net)) {
      net.automine(false);
      SignedTransaction sent;
      try (Ledger before = bench.connect(Party.BUYER)) {
        sent = before.prepare(deposit(3));
        before.broadcast(sent);
      }
      try (Ledger after = bench.connect(Party.BUYER)) {
        after.restore(List.of(sent));
        assertThat(code(() -> after.abandon(sent))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        SignedTransaction next = after.prepare(deposit(1));
        assertThat(next.nonce()).isEqualTo(sent.nonce() + 2);
        after.broadcast(next);
        net.mine(1);
        await(after, sent);
        await(after, next);
        assertThat(after.vault(after.account(), Finality.PENDING)).isEqualTo(Edg.of("4"));
      }
    }
  }

  /** A node that is wrong about the nonce costs what was signed meanwhile, and no more. */
  @Test
  void aNonceThatOneNodeSaidOnceIsForgotten() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, node)) {
      SignedTransaction first = ledger.prepare(deposit(1));
      node.plan((n, r) -> nonces(0xffff_ffffL));
      SignedTransaction far = ledger.prepare(deposit(1));
      assertThat(far.nonce()).isEqualTo(0xffff_ffffL);
      node.plan((n, r) -> nonces(1L << 32));
      EdgeBeatException failure =
          catchThrowableOfType(EdgeBeatException.class, () -> ledger.prepare(deposit(1)));
      assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(failure.getMessage()).contains("eth_getTransactionCount");
      node.plan((n, r) -> FaultyNode.NONE);
      SignedTransaction next = Persistent.insist(() -> ledger.prepare(deposit(2)));
      assertThat(next.nonce()).isEqualTo(first.nonce() + 2);
      try (Ledger after = bench.connect(Party.BUYER)) {
        after.restore(List.of(first, far, next));
        SignedTransaction last = after.prepare(deposit(3));
        assertThat(last.nonce()).isEqualTo(next.nonce() + 1);
        for (SignedTransaction t : List.of(first, next, last)) {
          after.broadcast(t);
        }
        await(after, last);
        assertThat(after.vault(after.account(), Finality.PENDING)).isEqualTo(Edg.of("6"));
      }
    }
  }

  private static FaultyNode.Fault nonces(long said) {
    return FaultyNode.changing("eth_getTransactionCount", x -> Json.of(Hex.of(said)));
  }

  private static Ledger connect(EvmBench bench, FaultyNode node) {
    return EvmLedger.connect(
        EvmBench.options(bench.deployment, List.of(node.uri())),
        bench.signer(Party.BUYER),
        EvmBench.SIGNATURES);
  }

  @Test
  void whatIsStuckIsReplacedAndSaysByWhat() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      net.automine(false);
      SignedTransaction stuck = ledger.prepare(deposit(5));
      ledger.broadcast(stuck);
      assertThat(ledger.status(stuck.id())).isInstanceOf(TransactionStatus.Pending.class);
      SignedTransaction faster = ledger.replace(stuck, new FeeHint(20));
      assertThat(faster.nonce()).isEqualTo(stuck.nonce());
      ledger.broadcast(faster);
      net.mine(1);
      await(ledger, faster);
      assertThat(ledger.status(stuck.id())).isEqualTo(new TransactionStatus.Replaced(faster.id()));
      // Sent again it changes nothing.
      ledger.broadcast(stuck);
      net.mine(1);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("5"));
    }
  }

  /** The same bytes may be sent again, also while what is to take their place waits. */
  @Test
  void whatWasReplacedCanBeSentAgainAndChangesNothing() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      net.automine(false);
      SignedTransaction stuck = ledger.prepare(deposit(5));
      ledger.broadcast(stuck);
      SignedTransaction faster = ledger.replace(stuck, new FeeHint(20));
      ledger.broadcast(faster);
      ledger.broadcast(stuck);
      net.mine(1);
      await(ledger, faster);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("5"));
    }
  }

  /** What is two transactions takes the nonce that was given back: nothing waits behind it. */
  @Test
  void aBundleLeavesNoGap() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      LedgerCommand gift =
          new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1"));
      SignedTransaction dropped = ledger.prepare(gift);
      SignedTransaction behind = ledger.prepare(gift);
      ledger.abandon(dropped);
      SignedTransaction bundle = ledger.prepare(deposit(2));
      assertThat(bundle.nonce()).isEqualTo(dropped.nonce());
      ledger.broadcast(behind);
      ledger.broadcast(bundle);
      await(ledger, behind);
      await(ledger, bundle);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("2"));
    }
  }

  /** Whoever counts on an allowance that is given back gets another one. */
  @Test
  void anAllowanceThatIsGivenBackIsMadeByTheNext() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      SignedTransaction first = ledger.prepare(deposit(3));
      SignedTransaction counting = ledger.prepare(deposit(1));
      ledger.abandon(first);
      SignedTransaction gift =
          ledger.prepare(
              new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1")));
      ledger.broadcast(counting);
      ledger.broadcast(gift);
      await(ledger, gift);
      await(ledger, counting);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("1"));
    }
  }

  /** What a reorganisation forgets is sent again, the same bytes. */
  @Test
  void whatAReorganisationForgetsCanBeSentAgain() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      SignedTransaction t = ledger.prepare(deposit(5));
      ledger.broadcast(t);
      await(ledger, t);
      net.reorganise(3);
      assertThat(ledger.status(t.id())).isNotInstanceOf(TransactionStatus.Done.class);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("0"));
      ledger.broadcast(t);
      await(ledger, t);
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("5"));
    }
  }

  @Test
  void manySendersLeaveNoGap() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER);
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Future<SignedTransaction>> sent = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int n = i;
        sent.add(
            threads.submit(
                () -> {
                  SignedTransaction t = ledger.prepare(deposit(1));
                  if (n % 5 == 0) {
                    ledger.abandon(t);
                    t = ledger.prepare(deposit(1));
                  }
                  ledger.broadcast(t);
                  return t;
                }));
      }
      for (Future<SignedTransaction> future : sent) {
        await(ledger, future.get());
      }
      assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("64"));
    }
  }

  @Test
  void withoutCoinForGasTheAccountIsNamed() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger rich = bench.connect(Party.BUYER)) {
      KeySigner poor = EvmBench.key();
      try (Ledger ledger =
          EvmLedger.connect(
              EvmBench.options(bench.deployment, List.of(bench.net.uri())),
              poor,
              EvmBench.SIGNATURES)) {
        SignedTransaction t =
            ledger.prepare(new LedgerCommand.Transfer(rich.account(), Edg.of("1")));
        EdgeBeatException failure =
            catchThrowableOfType(EdgeBeatException.class, () -> ledger.broadcast(t));
        assertThat(failure.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
        assertThat(failure.getMessage()).contains(poor.address().toString(), "gas");
        bench.net.fund(poor.address(), 1);
        ledger.broadcast(t);
        var unused = Waiting.until(ledger, t, s -> !(s instanceof TransactionStatus.Pending));
        assertThat(ledger.status(t.id()))
            .isInstanceOfSatisfying(
                TransactionStatus.Failed.class,
                failed -> {
                  assertThat(failed.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
                  assertThat(failed.reason()).contains("0 EDG", "1 EDG");
                });
      }
    }
  }

  /** Each client refuses in words of its own. */
  @Test
  void whatNodesRefuseIsUnderstood() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, node)) {
      SignedTransaction t =
          ledger.prepare(
              new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1")));
      for (String poor :
          List.of(
              "insufficient funds for gas * price + value: balance 0, tx cost 1",
              "Upfront cost exceeds account balance",
              "transaction up-front cost 0x10 exceeds transaction sender account balance 0x0",
              "InsufficientFunds, Account balance: 0, cumulative cost: 1",
              "INTERNAL_ERROR: insufficient funds")) {
        assertThat(said(ledger, node, poor, t)).as(poor).contains(ErrorCode.INSUFFICIENT_FUNDS);
      }
      for (String known :
          List.of(
              "already known",
              "AlreadyKnown",
              "ALREADY_EXISTS: already known",
              "existing tx with same hash",
              "Known transaction",
              "known transaction: 0x12",
              "transaction already imported",
              "Nonce too low",
              "OldNonce, Current nonce: 5, nonce of rejected tx: 3")) {
        assertThat(said(ledger, node, known, t)).as(known).isEmpty();
      }
      List<String> underpriced =
          List.of(
              "replacement transaction underpriced",
              "ReplacementNotAllowed, existing transaction has a higher fee",
              "INTERNAL_ERROR: could not replace existing tx",
              "FeeTooLow, MaxFeePerGas too low",
              "FeeTooLowToCompete",
              "Gas price below configured minimum gas price");
      for (String words : underpriced) {
        assertThat(said(ledger, node, words, t)).as(words).contains(ErrorCode.LEDGER_UNAVAILABLE);
      }
      for (String other : List.of("unknown transaction type", "NonceGap, Future nonce")) {
        assertThat(said(ledger, node, other, t)).as(other).contains(ErrorCode.LEDGER_UNAVAILABLE);
      }
      node.plan((n, r) -> FaultyNode.NONE);
      ledger.broadcast(ledger.replace(t, new FeeHint(20)));
      for (String words : underpriced) {
        assertThat(said(ledger, node, words, t)).as(words).isEmpty();
      }
    }
  }

  /** What sending comes to when the node refuses; empty when it counts as sent. */
  private static Optional<ErrorCode> said(
      Ledger ledger, FaultyNode node, String words, SignedTransaction t) {
    node.plan(
        (number, request) ->
            request.contains("eth_sendRawTransaction")
                ? (n, body, out) ->
                    FakeNode.http(
                        out,
                        FakeNode.answer(
                            body, "\"error\":{\"code\":-32010,\"message\":\"" + words + "\"}"))
                : FaultyNode.NONE);
    try {
      ledger.broadcast(t);
      return Optional.empty();
    } catch (EdgeBeatException e) {
      return Optional.of(e.code());
    }
  }

  /** Above the cap nothing is signed, and no nonce is lost. */
  @Test
  void aboveTheCapNothingIsSigned() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net);
        Ledger ledger = bench.connect(Party.BUYER)) {
      SignedTransaction before = ledger.prepare(deposit(1));
      setBaseFee(net, 501);
      net.mine(1);
      EdgeBeatException failure =
          catchThrowableOfType(EdgeBeatException.class, () -> ledger.prepare(deposit(1)));
      assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(failure.getMessage()).contains("gasPriceCapGwei", "502000000000", "500000000000");
      // Raising goes to the cap, and no further.
      SignedTransaction raised = before;
      int raises = 0;
      EdgeBeatException end = null;
      while (end == null) {
        try {
          raised = ledger.replace(raised, new FeeHint(100));
          raises++;
        } catch (EdgeBeatException e) {
          end = e;
        }
      }
      assertThat(raises).isBetween(1, 12);
      assertThat(end.getMessage()).contains("gasPriceCapGwei");
      setBaseFee(net, 1);
      net.mine(1);
      ledger.broadcast(before);
      await(ledger, before);
      SignedTransaction after = ledger.prepare(deposit(1));
      assertThat(after.nonce()).isEqualTo(before.nonce() + 2);
      ledger.broadcast(after);
      await(ledger, after);
    }
  }

  private static void setBaseFee(Devnet net, long gwei) {
    try (Rpc rpc = new Rpc(List.of(net.uri()), RpcLimits.DEFAULTS)) {
      Call<Boolean> call =
          Call.of(
              "anvil_setNextBlockBaseFeePerGas",
              json -> true,
              Json.of(Hex.of(gwei * 1_000_000_000L)));
      boolean done = rpc.ask(call);
      assertThat(done).isTrue();
    }
  }

  /** Nodes that know the newest states only still say by what something was replaced. */
  @Test
  void whatReplacedItIsFoundWithoutOldStates() throws Exception {
    try (Devnet net = start();
        EvmBench bench = bench(net);
        FaultyNode node = new FaultyNode(net.uri());
        Ledger ledger =
            EvmLedger.connect(
                EvmBench.options(bench.deployment, List.of(node.uri())),
                bench.signer(Party.BUYER),
                EvmBench.SIGNATURES)) {
      net.mine(50);
      net.automine(false);
      SignedTransaction stuck = ledger.prepare(deposit(5));
      ledger.broadcast(stuck);
      SignedTransaction faster = ledger.replace(stuck, new FeeHint(20));
      ledger.broadcast(faster);
      net.mine(1);
      net.mine(9);
      long oldest = net.head() - 20;
      node.plan(
          (number, request) ->
              request.contains("\"eth_getTransactionCount\"") && older(request, oldest)
                  ? pruned()
                  : FaultyNode.NONE);
      assertThat(ledger.status(stuck.id())).isEqualTo(new TransactionStatus.Replaced(faster.id()));
      // So long ago that nobody knows: then it is unknown, which is the truth.
      net.mine(40);
      long newest = net.head() - 20;
      node.plan(
          (number, request) ->
              request.contains("\"eth_getTransactionCount\"") && older(request, newest)
                  ? pruned()
                  : FaultyNode.NONE);
      assertThat(ledger.status(stuck.id())).isInstanceOf(TransactionStatus.Unknown.class);
    }
  }

  private static boolean older(String request, long oldest) {
    String last = request.substring(request.lastIndexOf("\"0x") + 3, request.lastIndexOf('"'));
    return !request.contains("latest") && Long.parseLong(last, 16) < oldest;
  }

  private static FaultyNode.Fault pruned() {
    return (node, request, out) ->
        FakeNode.http(
            out,
            FakeNode.answer(
                request, "\"error\":{\"code\":-32000,\"message\":\"missing trie node\"}"));
  }

  @Test
  void whatIsNotWhatItSaysIsNotSent() throws Exception {
    try (EvmBench bench = bench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER);
        Ledger other = bench.connect(Party.SELLER)) {
      SignedTransaction t = ledger.prepare(deposit(1));
      SignedTransaction its = other.prepare(deposit(1));
      byte[] longer = java.util.Arrays.copyOf(t.bytes().toBytes(), t.bytes().size() + 1);
      for (SignedTransaction wrong :
          List.of(
              new SignedTransaction(its.id(), t.sender(), t.nonce(), t.bytes()),
              new SignedTransaction(t.id(), t.sender(), t.nonce() + 1, t.bytes()),
              new SignedTransaction(t.id(), t.sender(), t.nonce(), Blob.EMPTY),
              new SignedTransaction(t.id(), t.sender(), t.nonce(), Blob.of(longer)))) {
        assertThat(code(() -> ledger.broadcast(wrong))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      }
      SignedTransaction stolen = new SignedTransaction(t.id(), its.sender(), t.nonce(), t.bytes());
      assertThat(code(() -> ledger.broadcast(stolen))).isEqualTo(ErrorCode.BAD_SIGNATURE);
      assertThat(code(() -> ledger.restore(List.of(its)))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(code(() -> ledger.abandon(its))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  private static ErrorCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(EdgeBeatException.class, call).code();
  }

  /** A signer that refuses costs no nonce. */
  @Test
  void aSignerThatRefusesCostsNoNonce() throws Exception {
    try (EvmBench bench = bench(Anvil.here())) {
      Signer key = bench.signer(Party.BUYER);
      Signer picky =
          new Signer() {
            @Override
            public io.edgebeat.api.identity.Address address() {
              return key.address();
            }

            @Override
            public io.edgebeat.api.identity.Signature sign(
                io.edgebeat.api.identity.SigningRequest request) {
              if (request.toString().contains("13 EDG")) {
                throw new EdgeBeatException(ErrorCode.SIGNING_REFUSED, "13 is too much");
              }
              return key.sign(request);
            }
          };
      try (Ledger ledger =
          EvmLedger.connect(
              EvmBench.options(bench.deployment, List.of(bench.net.uri())),
              picky,
              EvmBench.SIGNATURES)) {
        assertThat(code(() -> ledger.prepare(deposit(13)))).isEqualTo(ErrorCode.SIGNING_REFUSED);
        SignedTransaction t = ledger.prepare(deposit(12));
        assertThat(t.nonce()).isZero();
        Amount none = Edg.of("0");
        assertThat(ledger.vault(ledger.account(), Finality.PENDING)).isEqualTo(none);
      }
    }
  }
}
