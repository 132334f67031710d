package io.edgebeat.chain.evm.rpc;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One node that is asked. Nothing it says is believed for its form. */
final class Endpoint implements AutoCloseable {
  private static final Call<Long> CHAIN_ID = Call.of("eth_chainId", Hex::number);
  private static final long ANY_CHAIN = -1;

  /** In which so many calls as the rate says may go. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Why an endpoint has not answered; the next one is asked. */
  static final class UnansweredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnansweredException(String what) {
      super(what, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private final String name;
  private final URI uri;
  private final Channel channel;
  private final RpcLimits limits;
  private final CircuitBreaker breaker;
  private final Optional<RateLimiter> rate;
  private final int maxBatch;
  private final Requests requests;
  private volatile boolean behind;
  private volatile long chainId = ANY_CHAIN;
  private volatile boolean onChain;

  Endpoint(URI uri, RpcLimits limits) {
    this.uri = uri;
    this.name = NodeUrl.name(uri);
    this.limits = limits;
    this.channel = Channel.to(uri, limits);
    this.requests = new Requests(new JsonRpc(channel), limits);
    this.breaker =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(limits.rest())
                .build());
    this.maxBatch =
        limits.callsPerSecond() == 0
            ? limits.maxBatch()
            : Math.min(limits.maxBatch(), limits.callsPerSecond());
    this.rate =
        limits.callsPerSecond() == 0
            ? Optional.empty()
            : Optional.of(
                RateLimiter.of(
                    name,
                    RateLimiterConfig.custom()
                        .limitForPeriod(limits.callsPerSecond())
                        .limitRefreshPeriod(PERIOD)
                        // Whoever is alone has its turn in the next period, however short this is.
                        .timeoutDuration(limits.timeout().plus(PERIOD))
                        .build()));
  }

  String name() {
    return name;
  }

  /** From now on only an answer of a node on this chain is one. */
  void expect(long chain) {
    chainId = chain;
  }

  /** Whether its newest block is so old that it does not count. */
  boolean isBehind() {
    return behind;
  }

  void behind(boolean is) {
    behind = is;
  }

  /** Listens for what the node tells; empty when its URL lets it tell nothing. */
  Optional<HeadSubscription> subscription(HeadSignal signal) {
    return NodeUrl.tells(uri)
        ? Optional.of(
            new HeadSubscription(
                name, () -> NodeUrl.connection(uri, HeadSubscription.MAX_BYTES), limits, signal))
        : Optional.empty();
  }

  Answers ask(List<Call<?>> calls) {
    List<Answers.Answer> all = new ArrayList<>();
    for (int i = 0; i < calls.size(); i += maxBatch) {
      all.addAll(some(calls.subList(i, Math.min(calls.size(), i + maxBatch))));
    }
    return new Answers(name, calls, all);
  }

  private List<Answers.Answer> some(List<Call<?>> calls) {
    String method = calls.getFirst().method();
    if (!breaker.tryAcquirePermission()) {
      throw unanswered(method, "it has failed too often and rests");
    }
    long start = System.nanoTime();
    try {
      if (rate.isPresent() && !rate.get().acquirePermission(calls.size())) {
        // Our own doing, not the node's: below, its failures are counted without this.
        throw unanswered(method, "more than " + limits.callsPerSecond() + " calls a second");
      }
      checkChain();
      List<Json> said = requests.exchange(calls);
      List<Answers.Answer> answers = new ArrayList<>();
      for (int i = 0; i < calls.size(); i++) {
        answers.add(read(calls.get(i), said.get(i)));
      }
      breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return answers;
    } catch (TooLongException e) {
      // It has answered; less may be asked of it.
      breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      return refused(
          calls, new Answers.NodeError(Ranges.LIMIT_EXCEEDED, String.valueOf(e.getMessage()), ""));
    } catch (IOException | BadAnswerException e) {
      if (Thread.currentThread().isInterrupted()) {
        // The caller's doing, not the node's.
        breaker.releasePermission();
        throw unanswered(method, "interrupted");
      }
      Optional<Answers.NodeError> tooWide =
          Ranges.are(calls) ? Ranges.refusal(e) : Optional.empty();
      if (tooWide.isPresent() && !Ranges.isSilence(e)) {
        breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      } else {
        // Silence too: a node that is dead is asked for half of a range a few times and no more.
        breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
      }
      return refused(calls, tooWide.orElseThrow(() -> unanswered(method, why(e))));
    } catch (RuntimeException | Error e) {
      breaker.releasePermission();
      throw e;
    }
  }

  private UnansweredException unanswered(String method, String why) {
    return new UnansweredException(name + " does not answer " + method + ": " + why);
  }

  /** Also of a node that was away when the others were asked for it. */
  private void checkChain() throws IOException {
    if (chainId != ANY_CHAIN && !onChain) {
      long its = Hex.number(requests.exchange(List.of(CHAIN_ID)).getFirst().at("result"));
      if (its != chainId) {
        throw new BadAnswerException("it is on chain " + its + ", and not on chain " + chainId);
      }
      onChain = true;
    }
  }

  private static List<Answers.Answer> refused(List<Call<?>> calls, Answers.NodeError error) {
    return Collections.nCopies(
        calls.size(), new Answers.Answer(Optional.empty(), Optional.of(error)));
  }

  private static String why(Exception e) {
    String message = e.getMessage();
    return e.getClass().getPackageName().startsWith("java") || message == null
        ? e.getClass().getSimpleName()
            + (message == null ? "" : " " + Answers.NodeError.clean(message))
        : Answers.NodeError.clean(message);
  }

  private static Answers.Answer read(Call<?> call, Json answer) {
    Json error = answer.at("error");
    if (error instanceof Json.Obj) {
      Answers.NodeError said = Answers.NodeError.read(error);
      if (Ranges.isTooOften(call, said)) {
        throw new BadAnswerException("it is asked too often");
      }
      return new Answers.Answer(
          Optional.empty(), Optional.of(Ranges.is(call) ? Ranges.refusal(said.message()) : said));
    }
    if (!((Json.Obj) answer).fields().containsKey("result")) {
      throw new BadAnswerException("neither a result nor an error");
    }
    Object result = call.read().apply(answer.at("result"));
    return new Answers.Answer(Optional.of(result), Optional.empty());
  }

  @Override
  public void close() {
    channel.close();
  }
}
