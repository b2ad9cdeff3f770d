"""Carriers of approved orders from the gate to the runners."""
