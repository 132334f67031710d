package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.NodeWrapper;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.chain.evm.DevMarket;
import io.edgebeat.chain.evm.Devnet;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test of an application whose market is on a chain. */
@Timeout(120)
class ChainMarketTest {
  /** {@code (func (export "_start"))}. */
  private static final String NOTHING =
      "0061736d0100000001040160000003020100070a01065f737461727400000a040102000b";

  /** Where anvil is not installed a test is skipped and says why, or fails where it must be. */
  static void needsAnvil() {
    Devnet.unavailable()
        .ifPresent(
            missing -> {
              if (System.getProperty("edgebeat.components", "optional").equals("required")) {
                fail(missing);
              }
              abort(missing);
            });
  }

  /**
   * A chain that takes nothing at its first price: whatever is signed first is lost, and comes in
   * late, when something dearer was signed, or not at all.
   */
  private static final class Dear implements InvocationHandler {
    final Ledger ledger;
    final boolean takesTheCheaper;
    final Map<TransactionId, SignedTransaction> firstOf = new ConcurrentHashMap<>();

    Dear(Ledger ledger, boolean takesTheCheaper) {
      this.ledger = ledger;
      this.takesTheCheaper = takesTheCheaper;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments)
        throws Throwable {
      if (method.getName().equals("broadcast")) {
        SignedTransaction first = firstOf.get(((SignedTransaction) arguments[0]).id());
        if (first != null) {
          ledger.broadcast(takesTheCheaper ? first : (SignedTransaction) arguments[0]);
        }
        return null;
      }
      Object result;
      try {
        result = method.invoke(ledger, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      if (method.getName().equals("replace")) {
        SignedTransaction stuck = (SignedTransaction) arguments[0];
        firstOf.put(((SignedTransaction) result).id(), firstOf.getOrDefault(stuck.id(), stuck));
      }
      return result;
    }
  }

  private static <T> T dear(Class<T> kind, T part, boolean takesTheCheaper, List<Dear> made) {
    if (!(part instanceof Ledger ledger) || kind != Ledger.class) {
      return part;
    }
    Dear dear = new Dear(ledger, takesTheCheaper);
    made.add(dear);
    return kind.cast(
        Proxy.newProxyInstance(Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, dear));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsStuckIsRaised(boolean takesTheCheaper) {
    List<Dear> made = new CopyOnWriteArrayList<>();
    NodeWrapper wrapper =
        new NodeWrapper() {
          @Override
          public <T> T around(Class<T> kind, T part) {
            return dear(kind, part, takesTheCheaper, made);
          }
        };
    NodeWrapper none =
        new NodeWrapper() {
          @Override
          public <T> T around(Class<T> kind, T part) {
            return part;
          }
        };
    needsAnvil();
    try (DevMarket chain = DevMarket.start(EdgeBeat.signatures(), LedgerParameters.DEFAULTS);
        LocalMarket market =
            EdgeBeat.local()
                .ledger(chain)
                .option("raiseAfter", "PT1S")
                .wrapped(name -> name.equals("buyer") ? wrapper : none)
                .realTime()) {
      ContentId program =
          market.content().put(ContentSource.of(HexFormat.of().parseHex(NOTHING)), Progress.NONE);
      Task task = market.buyer().submit(TaskSpec.wasm(program), Budget.upTo(Edg.of("1")));
      assertThat(task.await(Duration.ofMinutes(1))).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(made.getFirst().firstOf).as("the buyer had to pay more to open").isNotEmpty();
      assertThat(market.balanced()).isTrue();
    }
  }

  @Test
  void aTaskIsBoughtOnAChain() {
    needsAnvil();
    try (DevMarket chain = DevMarket.start(EdgeBeat.signatures(), LedgerParameters.DEFAULTS);
        LocalMarket market = EdgeBeat.local().ledger(chain).realTime()) {
      ContentId program =
          market.content().put(ContentSource.of(HexFormat.of().parseHex(NOTHING)), Progress.NONE);
      Task task = market.buyer().submit(TaskSpec.wasm(program), Budget.upTo(Edg.of("1")));
      assertThat(task.await(Duration.ofMinutes(1))).isInstanceOf(TaskOutcome.Completed.class);
      AgreementId id = task.agreement().orElseThrow();
      DevMarket.Cost cost = chain.cost(id);
      assertThat(cost.transactions()).isBetween(2, 3);
      assertThat(cost.gas()).isBetween(100_000L, 300_000L);
      assertThat(chain.cost(new AgreementId(Bytes32.ZERO))).isEqualTo(new DevMarket.Cost(0, 0));
      assertThat(market.balanced()).isTrue();
      assertThatThrownBy(() -> market.reorg(3))
          .isInstanceOf(EdgeBeatException.class)
          .hasMessageContaining("depth 3");
      market.reorg(1);
      assertThat(chain.cost(id)).isEqualTo(cost);
    }
  }
}
