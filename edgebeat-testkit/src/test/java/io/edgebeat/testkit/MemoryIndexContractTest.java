package io.edgebeat.testkit;

import io.edgebeat.api.state.StateIndex;

class MemoryIndexContractTest implements StateIndexContract {
  @Override
  public StateIndexBench createBench() {
    StateIndex index = new MemoryIndex();
    return new StateIndexBench() {
      @Override
      public StateIndex index() {
        return index;
      }

      @Override
      public void close() {
        index.close();
      }
    };
  }
}
