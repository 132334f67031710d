package io.edgebeat.spi;

import io.edgebeat.api.exec.Executor;

/** SPI: makes an executor. */
public interface ExecutorProvider extends BackendProvider<Executor> {}
