// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @title What every test needs
/// @dev A check that fails reverts. That ends a unit test as it should; a handler of invariants must not use these, because
/// what reverts there is a call that was refused (see Handler.broken).
abstract contract TestBase {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error NotEqual(string what, uint256 found, uint256 expected);
    error NotTrue(string what);

    function eq(uint256 found, uint256 expected, string memory what) internal pure {
        if (found != expected) {
            revert NotEqual(what, found, expected);
        }
    }

    function eq(bytes32 found, bytes32 expected, string memory what) internal pure {
        eq(uint256(found), uint256(expected), what);
    }

    function eq(address found, address expected, string memory what) internal pure {
        eq(uint160(found), uint160(expected), what);
    }

    function yes(bool condition, string memory what) internal pure {
        if (!condition) {
            revert NotTrue(what);
        }
    }

    /// @dev A number of a range, evenly enough, ends included.
    function within(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        return min == 0 && max == type(uint256).max ? x : min + x % (max - min + 1);
    }
}
