package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.http.HttpService;

/**
 * {@code eth_call} of a token's balance: by our client, by web3j's HttpService, and by a bare
 * socket that sends ready bytes and reads none of the answer's JSON. One thread, then several.
 */
public final class EvmCallsBench implements Program {
  private static final int ROUNDS = 9;
  private static final int THREADS = 4;

  /** Turns are short and many, so that a moment in which the machine is slow slows all sides. */
  private static final long TURN_NANOS = 8_000_000;

  private static final int TURNS = 12;
  private static final int WARM_UP = 4;

  @Override
  public String name() {
    return "evm-calls";
  }

  @Override
  public String summary() {
    return "calls of a contract on anvil, beside web3j's HttpService and a bare socket";
  }

  /** A way to ask, for one thread. */
  @FunctionalInterface
  private interface Side {
    BigInteger ask() throws Exception;
  }

  /** Makes the way to ask of each thread. */
  @FunctionalInterface
  private interface Sides {
    Side make() throws Exception;
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
    Address whose = net.rich().address();
    String token = net.deployment.token().toString();
    String data = "0x70a08231" + "0".repeat(24) + whose.toString().substring(2);
    Web3j web3j = Web3j.build(new HttpService(net.net.uri().toString()));
    List<Bare> sockets = new ArrayList<>();
    Sides ours = () -> () -> net.rpc.ask(balance(token, data));
    Sides theirs =
        () ->
            () ->
                Hex.big(
                    Json.of(
                        web3j
                            .ethCall(
                                Transaction.createEthCallTransaction(null, token, data),
                                DefaultBlockParameterName.LATEST)
                            .send()
                            .getValue()));
    Sides bare =
        () -> {
          Bare socket = new Bare(net.net.uri());
          sockets.add(socket);
          byte[] request =
              socket.request(
                  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\",\"params\":[{\"to\":\""
                      + token
                      + "\",\"data\":\""
                      + data
                      + "\"},\"latest\"]}");
          return () -> result(socket.exchange(request));
        };
    BigInteger right = ours.make().ask();
    if (right.signum() == 0
        || !right.equals(theirs.make().ask())
        || !right.equals(bare.make().ask())) {
      throw new IllegalStateException("the three sides are told different balances");
    }
    Map<String, Sides> sides = new LinkedHashMap<>();
    sides.put("ours ", ours);
    sides.put("web3j ", theirs);
    sides.put("bare ", bare);
    Rounds rounds = new Rounds();
    int turns = context.nightly() ? 20 * TURNS : TURNS;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        if (i == WARM_UP) {
          rounds.clear();
        }
        for (int count : new int[] {1, THREADS}) {
          round(rounds, threads, sides, count, turns);
        }
      }
    } finally {
      for (Bare socket : sockets) {
        socket.close();
      }
      web3j.shutdown();
    }
    context.result("threads", THREADS);
    rounds.rate(context, "calls_per_s", "ours 1");
    rounds.ratio(context, "ratio_web3j", "ours 1", "web3j 1");
    rounds.ratio(context, "ratio_bare", "ours 1", "bare 1");
    rounds.rate(context, "calls_per_s_threads", "ours " + THREADS);
    rounds.ratio(context, "ratio_web3j_threads", "ours " + THREADS, "web3j " + THREADS);
    rounds.ratio(context, "ratio_bare_threads", "ours " + THREADS, "bare " + THREADS);
  }

  private static Call<BigInteger> balance(String token, String data) {
    return Call.of("eth_call", Hex::big, Json.object("to", token, "data", data), Json.of("latest"));
  }

  /** What is between the last quotes. */
  private static BigInteger result(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf('"');
    return new BigInteger(text.substring(text.lastIndexOf("0x", end) + 2, end), 16);
  }

  private static void round(
      Rounds rounds, ExecutorService threads, Map<String, Sides> sides, int count, int turns)
      throws Exception {
    Map<String, List<Side>> made = new LinkedHashMap<>();
    for (Map.Entry<String, Sides> side : sides.entrySet()) {
      List<Side> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(side.getValue().make());
      }
      made.put(side.getKey() + count, all);
    }
    Map<String, long[]> spent = new LinkedHashMap<>();
    for (int i = 0; i < turns; i++) {
      for (Map.Entry<String, List<Side>> side : made.entrySet()) {
        long before = System.nanoTime();
        long calls = turn(threads, side.getValue(), before + TURN_NANOS);
        long[] sum = spent.computeIfAbsent(side.getKey(), name -> new long[2]);
        sum[0] += calls;
        sum[1] += System.nanoTime() - before;
      }
    }
    spent.forEach((name, sum) -> rounds.add(name, sum[0] * 1e9 / sum[1]));
  }

  private static long turn(ExecutorService threads, List<Side> sides, long end) throws Exception {
    List<Future<Long>> parts = new ArrayList<>();
    for (Side side : sides) {
      parts.add(
          threads.submit(
              () -> {
                long calls = 0;
                do {
                  if (side.ask().signum() == 0) {
                    throw new IllegalStateException("another balance");
                  }
                  calls++;
                } while (System.nanoTime() < end);
                return calls;
              }));
    }
    long calls = 0;
    for (Future<Long> part : parts) {
      calls += part.get();
    }
    return calls;
  }
}
