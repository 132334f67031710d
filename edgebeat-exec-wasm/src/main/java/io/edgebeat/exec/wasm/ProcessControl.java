package io.edgebeat.exec.wasm;

import org.jspecify.annotations.Nullable;

/** What the host functions of a process ask, of the call that is under way. */
final class ProcessControl implements HostControl {
  private volatile @Nullable HostControl current;

  /** From now on that call is asked; null between two calls. */
  void current(@Nullable HostControl control) {
    current = control;
  }

  private HostControl current() {
    HostControl control = current;
    if (control == null) {
      throw new IllegalStateException("a guest that nobody called asks its host");
    }
    return control;
  }

  @Override
  public void gate() {
    current().gate();
  }

  @Override
  public boolean isDraining() {
    return current().isDraining();
  }

  @Override
  public void beginWait() {
    current().beginWait();
  }

  @Override
  public void endWait() {
    current().endWait();
  }
}
