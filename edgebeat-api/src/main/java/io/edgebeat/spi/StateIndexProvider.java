package io.edgebeat.spi;

import io.edgebeat.api.state.StateIndex;

/** SPI: makes a state index. */
public interface StateIndexProvider extends BackendProvider<StateIndex> {}
