package io.edgebeat.testkit;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Counts tokens after every test; see {@link BalancesKept}. */
public final class BalancesExtension implements AfterTestExecutionCallback {
  /** Made by JUnit. */
  public BalancesExtension() {}

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Object test = context.getRequiredTestInstance();
    if (!(test instanceof BalancesKept.Counted counted)) {
      throw new IllegalStateException(
          test.getClass().getName() + " has @BalancesKept and must implement BalancesKept.Counted");
    }
    Balances.check(counted.countedLedger(), counted.initialFunds());
  }
}
