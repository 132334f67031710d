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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * 64 opens at once by 64 threads, each prepared, signed and sent, until all are in blocks; beside
 * as many that were signed before and go to the node in one request. Both accounts have a standing
 * allowance.
 */
public final class EvmOpensBench implements Program {
  private static final int OPENS = 64;
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;

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
    Optional<EvmNet> started = EvmNet.start(context, LedgerParameters.DEFAULTS);
    if (started.isEmpty()) {
      return;
    }
    try (EvmNet net = started.get();
        ExecutorService threads = Executors.newFixedThreadPool(OPENS);
        Bare bare = new Bare(net.net.uri())) {
      Deals ours = deals(net);
      Deals signed = deals(net);
      Rounds rounds = new Rounds();
      int all = WARM_UP + ROUNDS * (context.nightly() ? 10 : 1);
      for (int i = 0; i < all; i++) {
        if (i == WARM_UP) {
          rounds.clear();
        }
        List<LedgerCommand.Open> opens = opens(ours);
        List<SignedTransaction> sent = new ArrayList<>();
        rounds.wall("ours", () -> together(net, ours, opens, threads, sent));
        check(net, ours, sent);
        List<SignedTransaction> others = new ArrayList<>();
        opens(signed).forEach(open -> others.add(signed.ofBuyer.prepare(open)));
        String batch = batch(others);
        long goal = nonce(net, signed) + OPENS;
        rounds.wall("signed", () -> atOnce(net, signed, bare, batch, goal));
        check(net, signed, others);
      }
      ours.close();
      signed.close();
      context.result("opens", OPENS);
      rounds.rate(context, "opens_per_s", "ours");
      rounds.rate(context, "signed_per_s", "signed");
      // Both did as many: how many times as long ours takes.
      rounds.ratio(context, "time_ratio", "signed", "ours");
    }
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

  private static void awaitNonce(EvmNet net, Deals deals, long goal) {
    long start = System.nanoTime();
    while (nonce(net, deals) < goal) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
        throw new IllegalStateException(
            "the chain expects nonce "
                + nonce(net, deals)
                + ", and not "
                + goal
                + "; waiting: "
                + net.rpc.ask(Call.of("txpool_status", EvmOpensBench::text)));
      }
      LockSupport.parkNanos(500_000);
    }
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
