// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement} from "./MarketTypes.sol";

/// @title Who may open an agreement of a tenant or under a policy
/// @notice Asked by the market when an Agreement names a tenant or a policy. A gate may only refuse: it cannot change an
/// Agreement, move tokens of the market, or reach an agreement that is open.
interface IOpenGate {
    /// @notice Asked once, when an agreement comes to life. It may count (a quota, a budget), but not call the market.
    /// It must not allow because it has little gas: how much there is, up to what the market gives, is the sender's choice.
    /// @param id the agreement
    /// @param agreement all its fields
    /// @param sender who has sent the transaction to the market
    /// @return this function's selector to allow; anything else, a revert, or more gas than the market gives refuses
    function allowOpen(bytes32 id, Agreement calldata agreement, address sender) external returns (bytes4);
}
