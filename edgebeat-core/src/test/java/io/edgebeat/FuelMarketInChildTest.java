package io.edgebeat;

/** Computing sold by its fuel, with guests in child JVMs. */
class FuelMarketInChildTest extends FuelMarketTest {
  @Override
  String isolation() {
    return "process";
  }
}
