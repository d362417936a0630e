-- SPDX-License-Identifier: BSD-3-Clause
-- Wireshark dissector of Peregrine's protocol: heartbeats, replies, upstream and downstream data.
--   wireshark -X lua_script:tools/peregrine.lua capture.pcap
-- Replies are linked with the heartbeats they answer (tshark: with -2 both ways).

local CONTROL, DATA = 0, 1
local WALK_MAX = 8
local ETHERNET, COMMON = 14, 16 -- bytes of an Ethernet header, and of what every message starts with
local NONCE, TAG = 12, 16
local SEALED_MIN, SEALED_FRAME_MIN = NONCE + TAG, ETHERNET + NONCE + TAG

local KINDS = {
	[CONTROL] = {
		[0] = {name = "Heartbeat", length = 46},
		[1] = {name = "Reply", length = 52},
	},
	[DATA] = {
		[0] = {name = "Upstream", length = 22},
		[1] = {name = "Downstream", length = 28},
	},
}

local proto = Proto("peregrine", "Peregrine")

local AUTO, CLEAR, SEALED = 0, 1, 2
proto.prefs.ethertype = Pref.uint("EtherType", 0x3030, "node.ethertype of the network, in decimal")
proto.prefs.payloads = Pref.enum("Payloads are", AUTO,
	"Data does not say whether it is sealed; auto: clear where an Ethernet frame is recognised",
	{{1, "auto", AUTO}, {2, "clear", CLEAR}, {3, "sealed", SEALED}}, false)

local f = {
	to = ProtoField.ether("peregrine.to", "To"),
	from = ProtoField.ether("peregrine.from", "From"),
	marker = ProtoField.uint16("peregrine.marker", "Marker", base.HEX),
	type = ProtoField.uint8("peregrine.type", "Type", base.DEC, {[0] = "Control", [1] = "Data"}),
	control = ProtoField.uint8("peregrine.control", "Control", base.DEC,
		{[0] = "Heartbeat", [1] = "Reply"}),
	data = ProtoField.uint8("peregrine.data", "Data", base.DEC,
		{[0] = "Upstream", [1] = "Downstream"}),
	duration = ProtoField.uint64("peregrine.duration", "Duration (uptime of the RSU, ms)", base.DEC),
	duration_high = ProtoField.uint64("peregrine.duration_high", "Duration, upper 64 bits", base.DEC),
	id = ProtoField.uint32("peregrine.id", "Id", base.DEC),
	hops = ProtoField.uint32("peregrine.hops", "Hops", base.DEC),
	source = ProtoField.ether("peregrine.source", "Source (RSU)"),
	sender = ProtoField.ether("peregrine.sender", "Sender (OBU)"),
	origin = ProtoField.ether("peregrine.origin", "Origin"),
	destination = ProtoField.ether("peregrine.destination", "Destination"),
	sealed = ProtoField.bytes("peregrine.sealed", "Sealed payload"),
	nonce = ProtoField.bytes("peregrine.nonce", "Nonce"),
	ciphertext = ProtoField.bytes("peregrine.ciphertext", "Ciphertext"),
	tag = ProtoField.bytes("peregrine.tag", "Tag"),
	payload = ProtoField.bytes("peregrine.payload", "Payload"),
	padding = ProtoField.bytes("peregrine.padding", "Padding"),
	rest = ProtoField.bytes("peregrine.rest", "Not a message"),
	request_in = ProtoField.framenum("peregrine.request_in", "Answers the heartbeat in", base.NONE,
		frametype.REQUEST),
	reply_in = ProtoField.framenum("peregrine.reply_in", "Answered in", base.NONE,
		frametype.RESPONSE),
	latency = ProtoField.relative_time("peregrine.latency", "Since the heartbeat"),
}
proto.fields = f

local function fault(name, text)
	return ProtoExpert.new("peregrine." .. name, text, expert.group.MALFORMED, expert.severity.ERROR)
end
local function oddity(name, text)
	return ProtoExpert.new("peregrine." .. name, text, expert.group.PROTOCOL, expert.severity.WARN)
end
local e = {
	truncated = fault("truncated", "Message or data header cut short"),
	unknown_type = fault("unknown_type", "Type or subtype that no message has"),
	walk_bound = fault("walk_bound", "More messages in one frame than a walk takes"),
	short_payload = fault("short_payload", "Payload shorter than an Ethernet header"),
	short_sealed = fault("short_sealed", "Sealed payload shorter than nonce, Ethernet header and tag"),
	foreign = oddity("foreign", "Bytes that are neither a message nor zeros"),
	bad_hops = oddity("bad_hops", "Hops is 0 on the wire"),
	group_source = oddity("group_source", "Zero or a group MAC where a node's is due"),
	long_duration = oddity("long_duration", "Duration does not fit 64 bits"),
	snapped = ProtoExpert.new("peregrine.snapped", "Cut short by the capture",
		expert.group.UNDECODED, expert.severity.NOTE),
	guessed = ProtoExpert.new("peregrine.guessed", "Taken for sealed: no Ethernet frame is recognised",
		expert.group.ASSUMPTION, expert.severity.CHAT),
}
proto.experts = e

local eth_dst, eth_src, eth_type = Field.new("eth.dst"), Field.new("eth.src"), Field.new("eth.type")
local ethernet = Dissector.get("eth_withoutfcs")

-- What links heartbeats and replies; filled in the first pass over a capture.
local heard    -- key of a heartbeat: those with it, one for each node that sent it
local answered -- key of a heartbeat and sender of a reply: the heartbeat
local requests -- place of a reply: the heartbeat
local replies  -- place of a heartbeat: numbers of the frames that answer it

function proto.init()
	heard, answered, requests, replies = {}, {}, {}, {}
end

-- Bytes [offset, offset + length) of the message that starts at `start`; the first one's first 14 are
-- the Ethernet header, which is not in our buffer.
local function at(message, offset, length)
	return message.buffer(message.start + offset, length)
end

local function all_zero(range)
	return not range:bytes():tohex():find("[^0]")
end

local function add_ether(message, field, offset)
	local range = at(message, offset, 6)
	local item = message.tree:add(field, range)
	local group = range(0, 1):uint() % 2 == 1
	if field ~= f.destination and (group or all_zero(range)) then
		item:add_proto_expert_info(e.group_source)
	end
end

local function add_addresses(message)
	if message.start >= 0 then
		message.tree:add(f.to, at(message, 0, 6))
		message.tree:add(f.from, at(message, 6, 6))
		message.tree:add(f.marker, at(message, 12, 2))
		return
	end
	local to, from, marker = eth_dst(), eth_src(), eth_type()
	if to and from and marker then -- they are not made while nobody looks at the tree
		message.tree:add(f.to, to.range)
		message.tree:add(f.from, from.range)
		message.tree:add(f.marker, marker.range)
	end
end

-- MACs of the hop as text. pinfo's are those of the outer Ethernet header.
local function hop_macs(message, pinfo)
	if message.start < 0 then
		return tostring(pinfo.dl_dst), tostring(pinfo.dl_src)
	end
	return tostring(at(message, 0, 6):ether()), tostring(at(message, 6, 6):ether())
end

local function place(message, pinfo)
	return pinfo.number .. ":" .. message.start
end

-- A node sends a heartbeat once: the same again is that of an RSU that started anew.
local function note_heartbeat(message, pinfo)
	local key = at(message, 16, 30):bytes():tohex()
	local _, from = hop_macs(message, pinfo)
	local beat = {from = from, frame = pinfo.number, time = pinfo.rel_ts, place = place(message, pinfo)}
	for _, earlier in ipairs(heard[key] or {}) do
		if earlier.from == from then
			heard[key] = nil
			break
		end
	end
	heard[key] = heard[key] or {}
	table.insert(heard[key], beat)
end

-- The heartbeat a reply answers is the one its sender heard: sent by whom the reply goes to. Relays
-- change `to`, so a reply seen again, relayed, keeps what was found before; without that, the first.
local function note_reply(message, pinfo)
	local key = at(message, 16, 30):bytes():tohex()
	local beats = heard[key]
	if not beats then
		return
	end
	local to, from = hop_macs(message, pinfo)
	local sender = tostring(at(message, 46, 6):ether())
	local found = from ~= sender and answered[key .. sender] or beats[1]
	if from == sender then
		for _, beat in ipairs(beats) do
			if beat.from == to then
				found = beat
			end
		end
		answered[key .. sender] = found
	end
	requests[place(message, pinfo)] = found
	replies[found.place] = replies[found.place] or {}
	table.insert(replies[found.place], pinfo.number)
end

local function add_links(message, pinfo)
	local here = place(message, pinfo)
	local request = requests[here]
	if request then
		message.tree:add(f.request_in, request.frame):set_generated()
		local latency = pinfo.rel_ts - request.time
		local seconds = math.floor(latency)
		local nanoseconds = math.floor((latency - seconds) * 1e9 + 0.5)
		message.tree:add(f.latency, NSTime(seconds, nanoseconds)):set_generated()
	end
	for _, number in ipairs(replies[here] or {}) do
		message.tree:add(f.reply_in, number):set_generated()
	end
end

local function dissect_control(message, pinfo)
	local high, low = at(message, 16, 8), at(message, 24, 8)
	local is_reply = message.kind.name == "Reply"
	if high:uint64() ~= UInt64(0) then
		message.tree:add(f.duration_high, high):add_proto_expert_info(e.long_duration)
	end
	message.tree:add(f.duration, low)
	message.tree:add(f.id, at(message, 32, 4))
	local hops = message.tree:add(f.hops, at(message, 36, 4))
	if at(message, 36, 4):uint() == 0 then
		hops:add_proto_expert_info(e.bad_hops)
	end
	add_ether(message, f.source, 40)
	if is_reply then
		add_ether(message, f.sender, 46)
	end
	if not pinfo.visited then
		local note = is_reply and note_reply or note_heartbeat
		note(message, pinfo)
	end
	add_links(message, pinfo)
	return string.format("%s id %u hops %u", message.kind.name, at(message, 32, 4):uint(),
		at(message, 36, 4):uint())
end

-- EtherTypes without a check of their own.
local RECOGNISED = {
	[0x8100] = true, [0x88a8] = true, -- VLAN
	[0x888e] = true, [0x88cc] = true, [0x88f7] = true, -- EAPOL, LLDP, PTP
	[0x88dc] = true, [0x8947] = true, -- WSMP, GeoNetworking
}

-- Is it an Ethernet frame? Sealed bytes are random: they pass in fewer than one of 10,000 frames.
local function looks_clear(payload)
	local length = payload:len()
	if length < ETHERNET or payload(6, 1):uint() % 2 == 1 then
		return false
	end
	local ethertype, left = payload(12, 2):uint(), length - ETHERNET
	if ethertype == 0x0800 then
		return left >= 20 and payload(14, 1):uint() >= 0x45 and payload(14, 1):uint() <= 0x4f
	elseif ethertype == 0x86dd then
		return left >= 40 and payload(14, 1):bitfield(0, 4) == 6
	elseif ethertype == 0x0806 then
		return left >= 28 and payload(14, 4):uint() == 0x00010800
	elseif ethertype <= 1500 then
		return left == ethertype
			or left > ethertype and all_zero(payload(ETHERNET + ethertype, left - ethertype))
	end
	return RECOGNISED[ethertype] ~= nil
end

local function add_sealed(tree, payload, reported)
	local length = payload:len()
	local item = tree:add(f.sealed, payload)
	if reported < SEALED_FRAME_MIN then
		item:add_proto_expert_info(e.short_sealed)
	end
	if reported < SEALED_MIN or length < reported then
		return item
	end
	item:add(f.nonce, payload(0, NONCE))
	if length > SEALED_MIN then
		item:add(f.ciphertext, payload(NONCE, length - SEALED_MIN))
	end
	item:add(f.tag, payload(length - TAG, TAG))
	return item
end

local function dissect_data(message, pinfo, root)
	local header, buffer = message.kind.length, message.buffer
	local begin = message.start + header
	local reported, length = buffer:reported_len() - begin, buffer:len() - begin
	add_ether(message, f.origin, 16)
	if header == 28 then
		add_ether(message, f.destination, 22)
	end
	local name = message.kind.name
	if length <= 0 then
		message.tree:add_proto_expert_info(reported == 0 and e.short_payload or e.snapped)
		return name
	end
	local payload = buffer(begin, length)
	local how = proto.prefs.payloads
	local clear = how == CLEAR
		or how == AUTO and (reported < SEALED_FRAME_MIN or looks_clear(payload))
	if not clear then
		local item = add_sealed(message.tree, payload, reported)
		if how == AUTO then
			item:add_proto_expert_info(e.guessed)
		end
		if length < reported then
			item:add_proto_expert_info(e.snapped)
		end
		return name .. " sealed"
	end
	if reported < ETHERNET then
		message.tree:add(f.payload, payload):add_proto_expert_info(e.short_payload)
		return name
	end
	message.inner = function() ethernet:call(payload:tvb(), pinfo, root) end
	return name
end

local function add_rest(tree, buffer, from, why)
	local length = buffer:len() - from
	local item = length > 0 and tree:add(f.rest, buffer(from, length)) or tree
	item:add_proto_expert_info(why)
end

-- Is there something that starts as a message does? The first of a frame does by its EtherType.
local function marked(buffer, start)
	return start < 0
		or buffer:len() - start >= COMMON and buffer(start + 12, 2):uint() == proto.prefs.ethertype
end

local function add_trailer(root, buffer, start)
	local range = buffer(start, buffer:len() - start)
	if all_zero(range) then
		root:add(f.padding, range)
	else
		root:add(f.rest, range):add_proto_expert_info(e.foreign)
	end
end

-- One message; returns it and where it ends, nil and why where none is.
local function dissect_message(buffer, pinfo, root, start, taken)
	local body = math.max(start, 0)
	local function refuse(why)
		local item = root:add(proto, buffer(math.min(body, buffer:len())))
		add_rest(item, buffer, body, why)
		return nil
	end
	if buffer:reported_len() - start < COMMON then
		return refuse(e.truncated)
	elseif buffer:len() - start < COMMON then
		return refuse(e.snapped)
	end
	local class, subtype = buffer(start + 14, 1):uint(), buffer(start + 15, 1):uint()
	local kind = KINDS[class] and KINDS[class][subtype]
	if not kind then
		return refuse(e.unknown_type)
	elseif taken == WALK_MAX then
		return refuse(e.walk_bound)
	elseif buffer:reported_len() - start < kind.length then
		return refuse(e.truncated)
	elseif buffer:len() - start < kind.length then
		return refuse(e.snapped)
	end
	local stop = class == DATA and buffer:len() or start + kind.length
	local message = {buffer = buffer, start = start, kind = kind}
	message.tree = root:add(proto, buffer(body, stop - body))
	message.tree:append_text(", " .. kind.name)
	add_addresses(message)
	message.tree:add(f.type, at(message, 14, 1))
	message.tree:add(class == CONTROL and f.control or f.data, at(message, 15, 1))
	local dissect = class == CONTROL and dissect_control or dissect_data
	message.summary = dissect(message, pinfo, root)
	return message, stop
end

function proto.dissector(buffer, pinfo, root)
	pinfo.cols.protocol = "Peregrine"
	local start, taken, summaries, inner = -ETHERNET, 0, {}, nil
	while start < buffer:len() and marked(buffer, start) do
		local message, stop = dissect_message(buffer, pinfo, root, start, taken)
		if not message then
			table.insert(summaries, "malformed")
			start = buffer:len()
			break
		end
		table.insert(summaries, message.summary)
		start, taken, inner = stop, taken + 1, message.inner
	end
	if start < buffer:len() then
		add_trailer(root, buffer, start)
	end
	pinfo.cols.info = table.concat(summaries, ", ")
	if inner then
		pinfo.cols.info:append(": ")
		pinfo.cols.info:fence()
		inner()
	end
	return buffer:len()
end

local ethertypes, registered = DissectorTable.get("ethertype"), nil
local function register()
	if registered then
		ethertypes:remove(registered, proto)
	end
	registered = proto.prefs.ethertype
	ethertypes:add(registered, proto)
end
proto.prefs_changed = register
register()
