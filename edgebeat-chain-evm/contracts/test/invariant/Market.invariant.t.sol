// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {Parameters} from "../../src/interfaces/MarketTypes.sol";
import {BadToken} from "../support/Doubles.sol";
import {Deploying} from "../support/Deploying.sol";
import {BadTokenHandler} from "./BadTokenHandler.sol";
import {Handler} from "./Handler.sol";

/// @title I1 to I10, I13 and I14
/// @notice The handler checks them at each of its steps; here it is asked what it has seen.
abstract contract Campaign is Deploying {
    Handler internal handler;
    IERC20 private token;
    EdgeBeatMarket private market;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function makeToken() internal virtual returns (IERC20);

    function makeHandler(IERC20 token_, EdgeBeatCore core, EdgeBeatMarket market_, Parameters memory parameters)
        internal
        virtual
        returns (Handler);

    function setUp() public {
        vm.warp(1_800_000_000);
        token = makeToken();
        Parameters memory parameters = Parameters(1, 5, 2000);
        EdgeBeatCore core = newCore(1 hours, parameters);
        market = newMarket(token, core, 100, 5_000, 200_000);
        handler = makeHandler(token, core, market, parameters);
        core.grantRole(core.STEWARD_ROLE(), address(handler));
        core.grantRole(core.GUARDIAN_ROLE(), address(handler));
        core.grantRole(core.TREASURER_ROLE(), address(handler));
        core.attachMarket(address(market));
        address[6] memory all = [
            vm.addr(0xB000), vm.addr(0xB001), vm.addr(0x5000), vm.addr(0x5001), address(0x70), address(0x9A)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            // Enough for a while, little enough to run out at times.
            require(token.transfer(all[i], i == 5 ? 10 ** 9 : 20_000));
            vm.prank(all[i]);
            token.approve(address(market), type(uint256).max);
        }
        handler.begin();
        eq(handler.channels(), 6, "channels to begin with");
    }

    function targetContracts() public view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory all) {
        all = new FuzzSelector[](1);
        all[0].addr = address(handler);
        all[0].selectors = new bytes4[](1);
        all[0].selectors[0] = Handler.steps.selector;
    }

    function invariant_MoneyIsWhereItBelongs() public view {
        string memory broken = handler.broken();
        if (bytes(broken).length != 0) {
            revert(broken);
        }
        yes(handler.channels() >= handler.MIN_CHANNELS(), "with fewer channels nothing can be taken from another");
    }

    /// @dev At the end of each sequence: everybody tries to leave, and what was done is counted.
    function afterInvariant() public {
        handler.everybodyLeaves();
        invariant_MoneyIsWhereItBelongs();
        eq(token.totalSupply(), supply(), "I10: supply");
        string memory count = vm.envOr("EDGEBEAT_COUNT", string(""));
        if (bytes(count).length != 0) {
            vm.writeLine(
                count, string.concat(vm.toString(handler.calls()), " ", vm.toString(handler.exits()), " ", names())
            );
        }
    }

    function supply() internal view virtual returns (uint256);

    function names() internal view virtual returns (string memory);

    function permits() internal pure virtual returns (bool) {
        return true;
    }

    /// @notice Drawn calls reach everything, done and refused: a handler that does nothing would violate nothing.
    function testTheHandlerDoesEverything() public {
        for (uint256 i = 0; i < 800; ++i) {
            handler.steps(uint256(keccak256(abi.encode("draw", i))));
            if (i % 40 == 39) handler.everybodyLeaves();
            yes(handler.channels() >= 2, "channels");
        }
        invariant_MoneyIsWhereItBelongs();
        bytes32[22] memory all = [
            bytes32("open"),
            "recordOffer",
            "acceptOffer",
            "depositFee",
            "fundChannel",
            "reclaimFee",
            "cancel",
            "topUp",
            "claim",
            "requestClose",
            "settle",
            "terminate",
            "release",
            "releaseWithVoucher",
            "finalize",
            "vaultDeposit",
            "vaultWithdraw",
            "advertise",
            "terminate, equal",
            "collectFees",
            "parameters",
            "pause"
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            yes(handler.done(all[i]) > 0, string.concat("never done: ", string(abi.encodePacked(all[i]))));
            if (i < 18) {
                yes(handler.refused(all[i]) > 0, string.concat("never refused: ", string(abi.encodePacked(all[i]))));
            }
        }
        yes(handler.done("by code") > 0, "no party has agreed by its code");
        yes(handler.done("by permit") > 0 || !permits(), "no permit has ever worked");
        yes(handler.refused("strange") > 0 && handler.done("strange") == 0, "strange calls");
        yes(handler.withheld() > 0, "the last two channels were never in danger");
        yes(handler.calls() > 6_000 && handler.exits() > 800, "calls");
    }
}

/// @title On EDG
contract MarketInvariantTest is Campaign {
    function makeToken() internal override returns (IERC20) {
        return newToken(address(this), 10 ** 27);
    }

    function makeHandler(IERC20 token, EdgeBeatCore core, EdgeBeatMarket market, Parameters memory parameters)
        internal
        override
        returns (Handler)
    {
        return new Handler(token, core, market, parameters);
    }

    function supply() internal pure override returns (uint256) {
        return 10 ** 27;
    }

    function names() internal pure override returns (string memory) {
        return "EDG";
    }
}

/// @title On a token that does not behave
contract BadTokenInvariantTest is Campaign {
    BadToken private bad;

    function makeToken() internal override returns (IERC20) {
        bad = new BadToken(address(this), 10 ** 27);
        return bad;
    }

    function makeHandler(IERC20, EdgeBeatCore core, EdgeBeatMarket market, Parameters memory parameters)
        internal
        override
        returns (Handler)
    {
        return new BadTokenHandler(bad, core, market, parameters);
    }

    /// @dev It makes and burns as it likes.
    function supply() internal view override returns (uint256) {
        return bad.totalSupply();
    }

    function names() internal pure override returns (string memory) {
        return "bad";
    }

    function permits() internal pure override returns (bool) {
        return false;
    }

    function testTheTokenHasAllItsMoods() public {
        for (uint256 i = 0; i < 100; ++i) {
            handler.steps(uint256(keccak256(abi.encode("mood", i))));
        }
        for (uint256 i = 1; i <= 9; ++i) {
            yes(handler.done(bytes32(i)) > 0, "a mood it never had");
        }
        invariant_MoneyIsWhereItBelongs();
    }
}
