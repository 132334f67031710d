package io.edgebeat.spi;

import io.edgebeat.api.market.Marketplace;

/** SPI: makes a marketplace. */
public interface MarketplaceProvider extends BackendProvider<Marketplace> {}
