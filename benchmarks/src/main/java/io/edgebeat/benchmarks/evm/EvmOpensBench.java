package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * 64 opens at once by 64 threads, each prepared, signed and sent, until all are in blocks; beside
 * as many that were signed before and go to the node in one request. Both accounts have a standing
 * allowance.
 */
public final class EvmOpensBench implements Program {
  private static final int OPENS = 64;

  /** Chains, one after the other. */
  private static final int WARM_UP = 8;

  private static final int CHAINS = 5;

  /** On each of them. */
  private static final int ROUNDS = 5;

  private static final Duration STALL = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "evm-opens";
  }

  @Override
  public String summary() {
    return "64 agreements opened at once, beside the same signed before and sent in one request";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    Rounds rounds = new Rounds();
    int stalls = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(OPENS)) {
      int all = WARM_UP + CHAINS * (context.nightly() ? 10 : 1);
      for (int i = 0; i < all; i++) {
        if (i == WARM_UP) {
          rounds.clear();
        }
        // A long chain slows anvil down: each has few rounds.
        Optional<EvmNet> started = EvmNet.start(context, LedgerParameters.DEFAULTS);
        if (started.isEmpty()) {
          return;
        }
        try (EvmNet net = started.get();
            Bare bare = new Bare(net.net.uri())) {
          stalls += rounds(net, bare, threads, rounds);
        }
      }
    }
    context.result("opens", OPENS);
    context.result("stalls", stalls);
    rounds.rate(context, "opens_per_s", "ours");
    rounds.rate(context, "signed_per_s", "signed");
    // Both did as many: how many times as long ours takes.
    rounds.ratio(context, "time_ratio", "signed", "ours");
  }

  /** Returns how many rounds the node has spoilt. */
  private static int rounds(EvmNet net, Bare bare, ExecutorService threads, Rounds rounds)
      throws Exception {
    Deals ours = deals(net);
    Deals signed = deals(net);
    int stalls = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Rounds round = new Rounds();
      List<LedgerCommand.Open> opens = opens(ours);
      List<SignedTransaction> sent = new ArrayList<>();
      round.wall("ours", () -> together(net, ours, opens, threads, sent));
      boolean stalled = isStalled(net, ours, sent);
      check(net, ours, sent);
      List<SignedTransaction> others = new ArrayList<>();
      opens(signed).forEach(open -> others.add(signed.ofBuyer.prepare(open)));
      String batch = batch(others);
      long goal = nonce(net, signed) + OPENS;
      round.wall("signed", () -> atOnce(net, signed, bare, batch, goal));
      stalled |= isStalled(net, signed, others);
      check(net, signed, others);
      if (stalled) {
        stalls++;
      } else {
        rounds.add("ours", round.median("ours"));
        rounds.add("signed", round.median("signed"));
      }
    }
    ours.close();
    signed.close();
    return stalls;
  }

  private static Deals deals(EvmNet net) throws InterruptedException {
    Deals deals = new Deals(net, net.rich(), net.rich());
    // Leaves a standing allowance.
    var unused = EvmNet.done(deals.ofBuyer, new LedgerCommand.VaultDeposit(Edg.of("1")));
    return deals;
  }

  private static List<LedgerCommand.Open> opens(Deals deals) {
    List<LedgerCommand.Open> opens = new ArrayList<>();
    for (int i = 0; i < OPENS; i++) {
      opens.add(deals.open(deals.next(Agreement.Funding.WALLET)));
    }
    return opens;
  }

  private static long together(
      EvmNet net,
      Deals deals,
      List<LedgerCommand.Open> opens,
      ExecutorService threads,
      List<SignedTransaction> sent)
      throws Exception {
    long goal = nonce(net, deals) + OPENS;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<SignedTransaction>> all = new ArrayList<>();
    for (LedgerCommand.Open open : opens) {
      all.add(
          threads.submit(
              () -> {
                start.await();
                SignedTransaction t = deals.ofBuyer.prepare(open);
                deals.ofBuyer.broadcast(t);
                return t;
              }));
    }
    start.countDown();
    for (Future<SignedTransaction> one : all) {
      sent.add(one.get());
    }
    awaitNonce(net, deals, goal);
    return OPENS;
  }

  private static String batch(List<SignedTransaction> signed) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < signed.size(); i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"jsonrpc\":\"2.0\",\"id\":")
          .append(i)
          .append(",\"method\":\"eth_sendRawTransaction\",\"params\":[\"")
          .append(Hex.of(signed.get(i).bytes().toBytes()))
          .append("\"]}");
    }
    return json.append("]").toString();
  }

  private static long atOnce(EvmNet net, Deals deals, Bare bare, String batch, long goal)
      throws Exception {
    String answer = bare.ask(batch);
    if (answer.contains("\"error\"")) {
      throw new IllegalStateException("the node refuses: " + answer);
    }
    awaitNonce(net, deals, goal);
    return OPENS;
  }

  private static long nonce(EvmNet net, Deals deals) {
    Call<Long> nonce =
        Call.of(
            "eth_getTransactionCount",
            Hex::number,
            Json.of(deals.buyer.address().toString()),
            Json.of("latest"));
    return net.rpc.ask(nonce);
  }

  /** Waits for all, or until nothing has moved for a while. */
  private static void awaitNonce(EvmNet net, Deals deals, long goal) {
    long last = -1;
    long moved = System.nanoTime();
    while (last < goal && System.nanoTime() - moved < STALL.toNanos()) {
      LockSupport.parkNanos(1_000_000);
      long next = nonce(net, deals);
      if (next != last) {
        last = next;
        moved = System.nanoTime();
      }
    }
  }

  /**
   * Whether the node has all of them and makes no block of those that are left: anvil, which makes
   * a block for each transaction, may look whether the one before is in a block yet, and not notice
   * that it gets there meanwhile. They are sent once more, then, behind an empty pool.
   *
   * @throws IllegalStateException if the one that is missing was never there
   */
  private static boolean isStalled(EvmNet net, Deals deals, List<SignedTransaction> sent) {
    long next = nonce(net, deals);
    List<SignedTransaction> left =
        sent.stream()
            .filter(t -> t.nonce() >= next)
            .sorted(Comparator.comparingLong(SignedTransaction::nonce))
            .toList();
    if (left.isEmpty()) {
      return false;
    }
    String known =
        net.rpc.ask(
            Call.of(
                "eth_getTransactionByHash",
                EvmOpensBench::text,
                Json.of(left.getFirst().id().hash().toString())));
    if (left.getFirst().nonce() != next || known.equals("null")) {
      throw new IllegalStateException(
          "the chain expects nonce " + next + ", and waiting are " + left + ", the first " + known);
    }
    net.rpc.ask(Call.of("anvil_dropAllTransactions", json -> true));
    for (SignedTransaction t : left) {
      deals.ofBuyer.broadcast(t);
    }
    awaitNonce(net, deals, next + left.size());
    return true;
  }

  private static String text(Json json) {
    StringBuilder text = new StringBuilder();
    json.write(text);
    return text.toString();
  }

  /** Each has taken effect, and no nonce below the next one is free: there is no gap. */
  private static void check(EvmNet net, Deals deals, List<SignedTransaction> sent) {
    long next = nonce(net, deals);
    Call<Long> pending =
        Call.of(
            "eth_getTransactionCount",
            Hex::number,
            Json.of(deals.buyer.address().toString()),
            Json.of("pending"));
    if (net.rpc.ask(pending) != next) {
      throw new IllegalStateException("transactions wait for one that is missing");
    }
    List<Call<?>> receipts = new ArrayList<>();
    List<Long> nonces = new ArrayList<>();
    for (SignedTransaction t : sent) {
      nonces.add(t.nonce());
      receipts.add(
          Call.of(
              "eth_getTransactionReceipt",
              json -> json.isNull() ? -1L : Hex.number(json.at("status")),
              Json.of(t.id().hash().toString())));
    }
    Answers answers = net.rpc.ask(receipts);
    // A node may know a block's accounts for a moment before it knows its receipts.
    for (int i = 0; i < 100 && has(answers, receipts, -1L); i++) {
      LockSupport.parkNanos(10_000_000);
      answers = net.rpc.ask(receipts);
    }
    if (has(answers, receipts, -1L) || has(answers, receipts, 0L)) {
      throw new IllegalStateException("an open has failed");
    }
    List<Long> wanted = LongStream.range(next - OPENS, next).boxed().toList();
    if (!nonces.stream().sorted().toList().equals(wanted)) {
      throw new IllegalStateException("nonces " + nonces + " below " + next);
    }
  }

  private static boolean has(Answers answers, List<Call<?>> receipts, long status) {
    return receipts.stream().anyMatch(receipt -> answers.get(receipt).equals(status));
  }
}
