package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.wasi.Toll;
import io.edgebeat.exec.wasm.wasi.Work;

/** What host functions ask, of an execution whose guest pays for what is done for it. */
record PaidControl(HostControl control, Toll toll) implements HostControl {
  @Override
  public void gate() {
    control.gate();
  }

  @Override
  public boolean isDraining() {
    return control.isDraining();
  }

  @Override
  public void beginWait() {
    control.beginWait();
  }

  @Override
  public void endWait() {
    control.endWait();
  }

  @Override
  public void pay(Work work, long amount) {
    toll.pay(work, amount);
  }
}
