"""A shop's changes to the table OrdersRawTable, as untidy as people type.

Orders come, are paid, shipped, returned, cancelled and deleted; the same each time.
"""

import itertools
import random
from decimal import Decimal

from stage.aws import time_of

SEED = 11
PRICES = {"Laptop": 89_990, "Phone": 39_900, "Tablet": 24_950, "Headphones": 7_995, "Charger": 1_499}
COUPONS = ("", "N/A", "-", "SPRING", " SPRING ", "VIP10")
NEXT = {"new": "paid", "paid": "shipped", "shipped": "returned"}
CUSTOMERS = 40
# Of a hundred changes so many are new orders, and so many move one that is there.
NEW, MOVED = 45, 43


class Shop:
    """The orders as they are, and what happens to them next."""

    def __init__(self):
        self.dice = random.Random(SEED)
        self.numbers = itertools.count(1001)
        self.orders, self.last = {}, None

    def change(self, number):
        """One change, with its event and the item behind it; of a removal the item's key."""
        kind = self.dice.randrange(100)
        if kind < NEW or not self.orders:
            return self.put("INSERT", self.order(time_of(number)))
        orderid = self.known()
        if kind < NEW + MOVED:
            return self.put("MODIFY", self.moved(self.orders[orderid]))
        del self.orders[orderid]
        return {"event": "REMOVE", "item": {"orderid": orderid}}

    def known(self):
        """An order that is there; often the one that was just put: two changes within a second."""
        again = self.dice.randrange(3) == 0 and self.last in self.orders
        return self.last if again else self.dice.choice(list(self.orders))

    def put(self, event, item):
        """An order is put."""
        self.last = item["orderid"]
        self.orders[item["orderid"]] = item
        return {"event": event, "item": item}

    def order(self, now):
        """A new order."""
        product = self.dice.choice(list(PRICES))
        return {
            "orderid": f"S-{next(self.numbers)}",
            "customer_id": self.typed(f"C{self.dice.randrange(CUSTOMERS):03}"),
            "product_name": self.spaced(product), "quantity": self.dice.randrange(1, 5),
            "price": Decimal(PRICES[product]) / 100, "status": self.typed("new"),
            "coupon": self.dice.choice(COUPONS), "ordered_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        }

    def moved(self, item):
        """The order one step on, cancelled, or of another quantity: always another one."""
        status, kind = item["status"].strip().lower(), self.dice.randrange(10)
        if kind < 7 and status in NEXT:
            return item | {"status": self.typed(NEXT[status])}
        if kind < 9 and status != "cancelled":
            return item | {"status": self.typed("cancelled")}
        return item | {"quantity": item["quantity"] % 4 + 1}

    def typed(self, text):
        """A word in one case or another."""
        return self.spaced(self.dice.choice((text, text.upper(), text.lower(), text.capitalize())))

    def spaced(self, text):
        """A text, now and then with spaces around it."""
        return self.dice.choice((text, text, text, f" {text}", f"{text} "))


def changes(count):
    """So many changes of a new shop."""
    shop = Shop()
    return [shop.change(number) for number in range(count)]
