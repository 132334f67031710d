// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title EDG
/// @notice The token in which the market counts: ERC-20 with 18 decimals and permits of ERC-2612. All of it is made at
/// once; nobody can make or destroy any later, stop a transfer, or take tokens without an allowance.
contract EdgToken is ERC20, ERC20Permit {
    /// @notice More than an amount of the market can hold.
    /// @param supply what was asked for
    error SupplyTooLarge(uint256 supply);

    /// @notice Makes all tokens.
    /// @param holder who gets them
    /// @param supply how many base units, below 2^96: no sum of what accounts hold is then too large for an amount
    constructor(address holder, uint256 supply) ERC20("EdgeBeat", "EDG") ERC20Permit("EdgeBeat") {
        if (supply > type(uint96).max) {
            revert SupplyTooLarge(supply);
        }
        _mint(holder, supply);
    }
}
