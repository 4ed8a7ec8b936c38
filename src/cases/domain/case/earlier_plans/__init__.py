"""What other cases of the person brought to a case, told anew once one of them was put right.

An ordinary act that follows, on each case by itself, from a correction or annulment in another one.
"""
