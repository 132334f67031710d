// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {EdgToken} from "../../src/EdgToken.sol";
import {Parameters} from "../../src/interfaces/MarketTypes.sol";
import {Fixture} from "../support/Fixture.sol";

/// @title Each external function of the platform with any arguments, and how many tokens there can be
contract CoreFuzz is Fixture {
    uint256 private constant WINDOW = 14 days;

    /// @dev A number near an edge as often as anywhere.
    function _near(uint256 x, uint256 edge, uint256 most) private pure returns (uint256) {
        return x % 2 == 0 ? edge - 1 + (x >> 1) % 3 : (x >> 1) % (most + 1);
    }

    /// @dev How long is waited: before the time lock opens, while it is open, or later.
    function _wait(uint256 x) private returns (bool open) {
        uint256 seconds_ = _near(x, x % 4 == 0 ? CHANGE_DELAY : CHANGE_DELAY + WINDOW, CHANGE_DELAY + 2 * WINDOW);
        vm.warp(START + seconds_);
        return seconds_ >= CHANGE_DELAY && seconds_ <= CHANGE_DELAY + WINDOW;
    }

    function _sender(address any, bool entitled) private view returns (address) {
        vm.assume(any != address(this) && any != address(core));
        return entitled ? address(this) : any;
    }

    function _call(address sender, bytes memory data) private returns (bool done) {
        vm.prank(sender);
        (done,) = address(core).call(data);
    }

    function _rules() private view returns (bytes32) {
        (Parameters memory p, bool paused, bool deprecated) = core.rulesOf(address(market));
        (Parameters memory q, bool isPaused, bool isDeprecated) = market.openingRules();
        yes(keccak256(abi.encode(p, paused, deprecated)) == keccak256(abi.encode(q, isPaused, isDeprecated)), "told");
        return keccak256(abi.encode(p, paused, deprecated));
    }

    function testFuzz_parameters(uint256 x, uint256 y, uint96 cap, uint256 time, address any, bool first, bool then_)
        public
    {
        Parameters memory p =
            Parameters(uint96(_near(x, 100 ether, 200 ether)), uint96(_near(y, 100 ether, 200 ether)), cap);
        bytes32 before = _rules();
        bool legal = first && p.listingFee <= 100 ether && p.feeFloor <= 100 ether;
        bool done = _call(_sender(any, first), abi.encodeCall(core.announceParameters, (p)));
        yes(done == legal, "announced");
        eq(_rules(), before, "announcing changes nothing");
        legal = done && then_ && _wait(time);
        done = _call(_sender(any, then_), abi.encodeCall(core.applyParameters, (p)));
        yes(done == legal, "applied");
        eq(_rules(), done ? keccak256(abi.encode(p, false, false)) : before, "rules");
        yes(!_call(address(this), abi.encodeCall(core.applyParameters, (p))), "twice, or out of time");
    }

    function testFuzz_address(bytes32 name, address target, uint256 time, address any, bool first, bool then_) public {
        if (uint256(name) % 16 == 0) name = 0;
        address before = core.addressOf(name);
        bool done = _call(_sender(any, first), abi.encodeCall(core.announceAddress, (name, target)));
        yes(done == (first && name != 0), "announced");
        eq(core.addressOf(name), before, "announcing changes nothing");
        bool legal = done && then_ && _wait(time);
        done = _call(_sender(any, then_), abi.encodeCall(core.applyAddress, (name, target)));
        yes(done == legal, "applied");
        eq(core.addressOf(name), done ? target : before, "address");
    }

    function testFuzz_withdrawChange(bytes32 name, address target, bytes32 other, address any, bool entitled) public {
        if (name == 0) name = "x";
        bytes32 change = core.announceAddress(name, target);
        yes(!_call(address(this), abi.encodeCall(core.withdrawChange, (other))) || other == change, "unknown");
        bool done = _call(_sender(any, entitled), abi.encodeCall(core.withdrawChange, (change)));
        yes(done == (entitled && other != change), "withdrawn");
        vm.warp(START + CHANGE_DELAY);
        done = _call(address(this), abi.encodeCall(core.applyAddress, (name, target)));
        yes(done == (!entitled && other != change), "what was withdrawn is not applied");
    }

    function testFuzz_pause(address any, bool entitled, bool first, bool second) public {
        yes(
            _call(_sender(any, entitled), first ? abi.encodeCall(core.pause, ()) : abi.encodeCall(core.unpause, ()))
                == entitled,
            "who"
        );
        yes(_call(address(this), second ? abi.encodeCall(core.pause, ()) : abi.encodeCall(core.unpause, ())), "again");
        (, bool paused,) = market.openingRules();
        yes(paused == second, "paused");
        _rules();
    }

    function testFuzz_attachMarket(address which, address any, uint8 kind, bool entitled, bool isPaused) public {
        vm.assume(which != address(market) && which != address(vm));
        kind %= 4;
        // Ours and not attached, ours and attached, of another core, or any account.
        if (kind == 0 || kind == 3) which = address(makeMarket());
        if (kind == 1) which = address(market);
        if (kind == 3) {
            EdgeBeatCore other = newCore(1 hours, Parameters(0, 0, 0));
            which = address(newMarket(IERC20(address(token)), other, 1, 1, 1));
        }
        if (isPaused) core.pause();
        bool done = _call(_sender(any, entitled), abi.encodeCall(core.attachMarket, (which)));
        yes(done == (entitled && kind == 0), "attached");
        eq(core.markets().length, done ? 2 : 1, "markets");
        if (!done) return;
        eq(core.markets()[1], which, "which");
        (, bool paused,) = EdgeBeatMarket(which).openingRules();
        yes(paused == isPaused, "told at once");
        core.pause();
        (, paused,) = EdgeBeatMarket(which).openingRules();
        yes(paused, "told from now on");
    }

    function testFuzz_detachMarket(address which, address any, bool entitled, bool ours) public {
        vm.assume(which != address(market));
        bool done =
            _call(_sender(any, entitled), abi.encodeCall(core.detachMarket, (ours ? address(market) : which)));
        yes(done == (entitled && ours), "detached");
        eq(core.markets().length, done ? 0 : 1, "markets");
        core.pause();
        (, bool paused,) = market.openingRules();
        yes(paused != done, "told");
    }

    function testFuzz_deprecateMarket(address which, address any, bool entitled, bool ours) public {
        vm.assume(which != address(market));
        bool done = _call(
            _sender(any, entitled), abi.encodeCall(core.deprecateMarket, (ours ? address(market) : which))
        );
        yes(done == (entitled && ours), "deprecated");
        eq(core.markets().length, 1, "markets");
        (,, bool deprecated) = market.openingRules();
        yes(deprecated == done, "told");
        _rules();
    }

    function testFuzz_collect(uint256 amount, address to, address any, bool entitled) public {
        vm.assume(to != address(0) && to != SELLER);
        if (amount % 5 == 0) to = address(market);
        vm.prank(SELLER);
        market.advertise("x", "", uint40(START + 1));
        amount = _near(amount, EDG / 10, EDG);
        uint256 before = token.balanceOf(to);
        bool done =
            _call(_sender(any, entitled), abi.encodeCall(core.collectFees, (address(market), to, amount)));
        yes(done == (entitled && to != address(market) && amount <= EDG / 10), "collected");
        eq(token.balanceOf(to) - before, done ? amount : 0, "moved");
        eq(market.feePot(), done ? EDG / 10 - amount : EDG / 10, "pot");
    }

    function makeToken(uint256 supply) external returns (EdgToken) {
        return newToken(address(this), supply);
    }

    function testFuzz_supply(uint256 supply) public {
        if (supply % 2 == 0) supply = uint256(type(uint96).max) - 1 + (supply >> 1) % 3;
        (bool done, bytes memory answer) = address(this).call(abi.encodeCall(this.makeToken, (supply)));
        yes(done == (supply <= type(uint96).max), "made");
        if (done) eq(abi.decode(answer, (EdgToken)).totalSupply(), supply, "supply");
    }
}
