package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;

/**
 * A global as the runtime sees it, which is how interpreted functions, initial values and the host
 * get at it: its value is in {@link GuestState}.
 */
final class StateGlobal extends GlobalInstance {
  private final GuestState state;
  private final HiddenParts hidden;
  private final int index;

  StateGlobal(
      GuestState state,
      HiddenParts hidden,
      int index,
      long value,
      ValType type,
      MutabilityType mutability) {
    super(value, 0, type, mutability);
    this.state = state;
    this.hidden = hidden;
    this.index = index;
    setValue(value);
  }

  GuestState state() {
    return state;
  }

  @Override
  public long getValue() {
    if (index == hidden.fuel()) {
      return state.fuel;
    }
    return index == hidden.depth() ? state.depth : state.globals[index];
  }

  @Override
  public long getValueLow() {
    return getValue();
  }

  @Override
  public void setValue(long value) {
    if (index == hidden.fuel()) {
      state.fuel = value;
    } else if (index == hidden.depth()) {
      state.depth = (int) value;
    } else {
      state.globals[index] = value;
    }
  }

  @Override
  public void setValue(Value value) {
    setValue(value.raw());
  }

  @Override
  public void setValueLow(long value) {
    setValue(value);
  }
}
