package io.edgebeat.spi;

import io.edgebeat.api.schedule.Scheduler;

/** SPI: makes a scheduler. */
public interface SchedulerProvider extends BackendProvider<Scheduler> {}
