"""An application's changes to the table OrdersRawTable: orders come, change and go."""

import itertools
import random
from decimal import Decimal

SEED = 7
PRODUCTS = ("Laptop", "Phone", "Tablet", "Headphones", "Charger")
# Of a hundred changes so many are new orders, and so many change one that is there.
NEW, CHANGED = 50, 35


class Shop:
    """The orders as they are, and what happens to them next."""

    def __init__(self):
        self.dice = random.Random(SEED)
        self.numbers = itertools.count(4001)
        self.orders, self.removed, self.last = {}, [], None

    def change(self):
        """One change, with its event and the item behind it; of a removal the item's key."""
        kind = self.dice.randrange(100)
        if kind < NEW or not self.orders:
            return self.put("INSERT", self.order(self.number()))
        orderid = self.known()
        if kind < NEW + CHANGED:
            return self.put("MODIFY", self.other(self.orders[orderid]))
        del self.orders[orderid]
        self.removed.append(orderid)
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

    def number(self):
        """A new order's number; now and then that of one that was removed."""
        again = self.removed and self.dice.randrange(10) == 0
        return self.removed.pop() if again else str(next(self.numbers))

    def order(self, orderid):
        """A new order."""
        product, quantity = self.dice.choice(PRODUCTS), self.dice.randrange(1, 6)
        cents = self.dice.randrange(1000, 50_000)
        return {"orderid": orderid, "product_name": product, "quantity": quantity, "price": price(cents)}

    def other(self, item):
        """The order with another quantity or another price, always another one."""
        if self.dice.randrange(2):
            return item | {"quantity": item["quantity"] % 5 + 1}
        return item | {"price": price(int(item["price"] * 100) + self.dice.randrange(1, 500))}


def price(cents):
    """A price as DynamoDB writes numbers, without zeros at its end."""
    whole, rest = divmod(cents, 100)
    return Decimal(f"{whole}.{rest:02}".rstrip("0").rstrip("."))


def changes(count):
    """So many changes of a new shop."""
    shop = Shop()
    return [shop.change() for _ in range(count)]
