package io.edgebeat.samples.weather;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.testkit.CapabilityContract;

/** A sensor of one's own keeps the contract of capabilities. */
class ThermometerContractTest implements CapabilityContract {
  @Override
  public Capability createCapability() {
    return new Thermometer(21.5).capability();
  }
}
