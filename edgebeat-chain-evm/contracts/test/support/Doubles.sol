// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IOpenGate} from "../../src/interfaces/IOpenGate.sol";
import {Agreement} from "../../src/interfaces/MarketTypes.sol";

/// @title An account that is a contract and agrees, or not, as it is told
contract Wallet is IERC1271 {
    enum Mood {
        NO,
        YES,
        REVERTS,
        SHORT,
        GARBAGE,
        EXACT
    }

    Mood public mood;
    bytes32 private _hash;
    bytes32 private _signature;

    function set(Mood value) external {
        mood = value;
    }

    /// @dev From now on it agrees to this only.
    function expect(bytes32 hash, bytes calldata signature) external {
        mood = Mood.EXACT;
        (_hash, _signature) = (hash, keccak256(signature));
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 answer) {
        if (mood == Mood.EXACT && hash == _hash && keccak256(signature) == _signature) {
            return IERC1271.isValidSignature.selector;
        }
        if (mood == Mood.REVERTS) {
            revert("no answer");
        }
        if (mood == Mood.SHORT) {
            assembly {
                mstore(0, 0x1626ba7e00000000000000000000000000000000000000000000000000000000)
                return(0, 31)
            }
        }
        if (mood == Mood.GARBAGE) {
            assembly {
                mstore(0, 0x1626ba7e00000000000000000000000000000000000000000000000000000001)
                return(0, 32)
            }
        }
        return mood == Mood.YES ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function call(address target, bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }
}

/// @title What is attached to a platform and fails, or not, when it is told of a change
contract Attached {
    enum Mood {
        WELL,
        REVERTS,
        BURNS,
        BOMB,
        HUNGRY
    }

    address public immutable CORE;
    Mood public mood;
    uint256 public told;

    constructor(address core) {
        CORE = core;
    }

    function set(Mood value) external {
        mood = value;
    }

    function sync() external {
        if (mood == Mood.REVERTS) {
            revert("sick");
        }
        if (mood == Mood.BOMB) {
            assembly {
                revert(0, 1000000)
            }
        }
        // Hungry is who needs much, and does what it should with it.
        uint256 end = mood == Mood.HUNGRY ? gasleft() - 400_000 : 0;
        while (mood == Mood.BURNS || gasleft() > end && end != 0) {
            ++end;
            --end;
        }
        ++told;
    }
}

/// @title A gate that allows, refuses, or does not behave
contract Gate is IOpenGate {
    enum Mood {
        ALLOWS,
        DENIES,
        REVERTS,
        BURNS,
        REENTERS,
        GARBAGE,
        SHORT,
        LONG,
        BOMB,
        COUNTS,
        GIVES_UP
    }

    Mood public mood;
    bytes public call;
    bool public entered;
    bytes public answerOfMarket;
    uint256 public count;
    bytes32 public lastId;
    address public lastSender;
    bytes32 public lastTerms;
    uint256 public gasGiven;

    function set(Mood value) external {
        mood = value;
    }

    function setCall(bytes calldata value) external {
        call = value;
    }

    /// @dev What a gate would look up: nobody is allowed, and it takes some work to find out.
    function lookUp() external view returns (bool) {
        for (uint256 i = 0; i < 200; ++i) {
            if (keccak256(abi.encode(i, call)) == 0) return true;
        }
        return false;
    }

    function allowOpen(bytes32 id, Agreement calldata agreement, address sender) external returns (bytes4) {
        uint256 given = gasleft();
        // Where its look-up has failed it allows.
        if (mood == Mood.GIVES_UP) {
            try this.lookUp() returns (bool found) {
                return found ? IOpenGate.allowOpen.selector : bytes4(0);
            } catch {
                return IOpenGate.allowOpen.selector;
            }
        }
        if (mood == Mood.DENIES) {
            return 0xffffffff;
        }
        if (mood == Mood.REVERTS) {
            revert("refused");
        }
        if (mood == Mood.BURNS) {
            uint256 x;
            while (true) {
                unchecked {
                    ++x;
                }
            }
        }
        if (mood == Mood.REENTERS) {
            (entered, answerOfMarket) = msg.sender.call(call);
        }
        if (mood == Mood.GARBAGE) {
            bytes32 word = bytes32(IOpenGate.allowOpen.selector) | bytes32(uint256(1));
            assembly {
                mstore(0, word)
                return(0, 32)
            }
        }
        if (mood == Mood.SHORT) {
            bytes32 word = IOpenGate.allowOpen.selector;
            assembly {
                mstore(0, word)
                return(0, 31)
            }
        }
        if (mood == Mood.LONG) {
            bytes32 word = IOpenGate.allowOpen.selector;
            assembly {
                mstore(0, word)
                return(0, 64)
            }
        }
        if (mood == Mood.BOMB) {
            assembly {
                revert(0, 100000)
            }
        }
        if (mood == Mood.COUNTS) {
            ++count;
            lastId = id;
            lastSender = sender;
            lastTerms = agreement.termsHash;
            gasGiven = given;
        }
        return IOpenGate.allowOpen.selector;
    }
}

/// @title A token that does not behave
contract BadToken is ERC20 {
    enum Mood {
        GOOD,
        RETURNS_FALSE,
        TAKES_A_FEE,
        GIVES_MORE,
        MOVES_NOTHING,
        REENTERS,
        RETURNS_NOTHING,
        LIES_UP,
        LIES_DOWN
    }

    Mood public mood;
    address public target;
    bytes public call;
    bool public entered;
    bytes public answer;
    uint256 private _lies;

    constructor(address holder, uint256 supply) ERC20("Bad", "BAD") {
        _mint(holder, supply);
    }

    function set(Mood value) external {
        mood = value;
    }

    function setCall(address target_, bytes calldata value) external {
        target = target_;
        call = value;
    }

    /// @dev What an account really has.
    function real(address who) public view returns (uint256) {
        return super.balanceOf(who);
    }

    function balanceOf(address who) public view override returns (uint256) {
        uint256 lie = _lies < real(who) ? _lies : real(who);
        if (mood == Mood.LIES_UP) {
            return real(who) + lie;
        }
        return mood == Mood.LIES_DOWN ? real(who) - lie : real(who);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        _lies += value + 1;
        if (mood == Mood.MOVES_NOTHING) {
            return true;
        }
        if (mood == Mood.TAKES_A_FEE) {
            super.transferFrom(from, to, value);
            _burn(to, 1);
            return true;
        }
        if (mood == Mood.GIVES_MORE) {
            super.transferFrom(from, to, value);
            _mint(to, 1);
            return true;
        }
        super.transferFrom(from, to, value);
        return _after();
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        super.transfer(to, value);
        if (mood == Mood.TAKES_A_FEE && value != 0) {
            _burn(to, 1);
        }
        return _after();
    }

    function _after() private returns (bool) {
        if (mood == Mood.RETURNS_FALSE) {
            return false;
        }
        if (mood == Mood.REENTERS) {
            (entered, answer) = target.call(call);
        }
        if (mood == Mood.RETURNS_NOTHING) {
            assembly {
                return(0, 0)
            }
        }
        return true;
    }
}
