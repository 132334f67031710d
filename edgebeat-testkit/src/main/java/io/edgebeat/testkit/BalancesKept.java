package io.edgebeat.testkit;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Ledger;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * After every test of a class that carries this, all tokens of its ledger are counted: a test fails
 * when one was made, lost or given to the wrong one, whatever else it has asserted. The test class
 * implements {@link Counted}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BalancesExtension.class)
public @interface BalancesKept {

  /** What a test class lends to the count. */
  interface Counted {
    /**
     * The ledger whose tokens are counted, right after the test method and before anything is torn
     * down.
     *
     * @return a ledger that is still open
     */
    Ledger countedLedger();

    /**
     * Who held how much when the ledger had no events.
     *
     * @return every account that held tokens
     */
    Map<Address, Amount> initialFunds();
  }
}
