// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgToken} from "../../src/EdgToken.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatCore} from "../../src/interfaces/IEdgeBeatCore.sol";
import {Parameters} from "../../src/interfaces/MarketTypes.sol";
import {TestBase} from "./TestBase.sol";

/// @title Which code is tested
/// @notice The bytecode below the directory that EDGEBEAT_CODE names: what is shipped, or what a planted mistake gives. Without
/// that variable it is what forge has compiled. No test carries the code of a contract, so a mistake compiles one file.
abstract contract Deploying is TestBase {
    /// @dev Creation code with its arguments.
    function creation(string memory name, bytes memory arguments) internal view returns (bytes memory) {
        string memory directory = vm.envOr("EDGEBEAT_CODE", string(""));
        bytes memory code = bytes(directory).length == 0
            ? vm.getCode(string.concat(name, ".sol:", name))
            : vm.parseJsonBytes(vm.readFile(string.concat(directory, "/", name, ".json")), ".bytecode");
        return abi.encodePacked(code, arguments);
    }

    /// @dev Creates, or reverts as the constructor does.
    function create(bytes memory code) internal returns (address made) {
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }

    function newToken(address holder, uint256 supply) internal returns (EdgToken) {
        return EdgToken(create(creation("EdgToken", abi.encode(holder, supply))));
    }

    function newCore(uint48 delay, Parameters memory parameters) internal returns (EdgeBeatCore) {
        return EdgeBeatCore(create(creation("EdgeBeatCore", abi.encode(address(this), delay, parameters))));
    }

    function newMarket(IERC20 token, IEdgeBeatCore core, uint32 min, uint32 max, uint32 life)
        internal
        returns (EdgeBeatMarket)
    {
        return EdgeBeatMarket(create(creation("EdgeBeatMarket", abi.encode(token, core, min, max, life))));
    }
}
