"""Draw the cells, the network rolled and unrolled, and its inputs and outputs."""

from drawing import Drawing


def draw_unrolled():
    d = Drawing("unrolled", 640, 210)
    d.text(80, 200, "x_{t}")
    d.line((80, 185), (80, 126))
    d.box(80, 105, "cell", width=64, height=40, kind="gate")
    d.line((80, 85), (80, 34))
    d.text(80, 18, "h_{t}")
    d.line((112, 105), (150, 105), (150, 62), (24, 62), (24, 105), (47, 105))
    d.text(198, 105, "=", size=26)
    steps = [("x_{1}", "h_{1}"), ("x_{2}", "h_{2}"), ("x_{3}", "h_{3}"), ("x_{T}", "h_{T}")]
    for i, (given, state) in enumerate(steps):
        x = 280 + 96 * i + (12 if i == 3 else 0)
        d.text(x, 200, given)
        d.line((x, 185), (x, 126))
        d.box(x, 105, "cell", width=56, height=40, kind="gate")
        d.line((x, 85), (x, 34))
        d.text(x, 18, state)
    d.line((222, 105), (251, 105))
    d.text(232, 85, "h_{0}")
    d.line((308, 105), (347, 105))
    d.line((404, 105), (443, 105))
    d.line((500, 105), (516, 105), arrow=False)
    d.text(524, 104, "…")
    d.line((530, 105), (551, 105))
    d.save()


def draw_simple_cell():
    d = Drawing("simple-cell", 420, 190)
    d.box(210, 90, width=220, height=110, kind="body")
    d.text(30, 90, "h_{t-1}")
    d.line((52, 90), (182, 90))
    d.text(140, 178, "x_{t}")
    d.line((140, 164), (140, 90), arrow=False)
    d.box(210, 90, "tanh", width=54, kind="gate")
    d.line((237, 90), (368, 90))
    d.text(390, 90, "h_{t}")
    d.line((280, 90), (280, 28))
    d.text(280, 14, "h_{t}")
    d.save()


def draw_lstm_cell():
    d = Drawing("lstm-cell", 580, 300)
    d.box(285, 150, width=390, height=225, kind="body")
    d.text(32, 80, "c_{t-1}")
    d.line((56, 80), (140, 80))
    d.line((160, 80), (280, 80))
    d.line((300, 80), (526, 80))
    d.text(548, 80, "c_{t}")
    d.text(32, 225, "h_{t-1}")
    d.line((56, 225), (372, 225), arrow=False)
    d.text(115, 288, "x_{t}")
    d.line((115, 274), (115, 225), arrow=False)
    gates = [(150, "σ", "f_{t}"), (220, "σ", "i_{t}"), (290, "tanh", "g_{t}"), (372, "σ", "o_{t}")]
    for x, function, _ in gates:
        d.line((x, 225), (x, 191))
        d.box(x, 175, function, kind="warm" if function == "tanh" else "gate")
    d.op(150, 80, "×")
    d.line((150, 160), (150, 91))
    d.text(136, 125, "f_{t}")
    d.op(290, 120, "×")
    d.line((220, 160), (220, 120), (279, 120))
    d.text(236, 108, "i_{t}")
    d.line((290, 160), (290, 131))
    d.text(306, 146, "g_{t}")
    d.op(290, 80, "+")
    d.line((290, 110), (290, 91))
    d.line((440, 80), (440, 112))
    d.box(440, 126, "tanh", height=26)
    d.line((440, 139), (440, 164))
    d.op(440, 175, "×")
    d.line((395, 175), (429, 175))
    d.text(411, 159, "o_{t}")
    d.line((440, 185), (440, 225), (526, 225))
    d.text(548, 225, "h_{t}")
    d.save()


def draw_gru_cell():
    d = Drawing("gru-cell", 580, 310)
    d.box(290, 160, width=420, height=240, kind="body")
    d.text(32, 70, "h_{t-1}")
    d.line((56, 70), (380, 70))
    d.line((401, 70), (449, 70))
    d.line((470, 70), (532, 70))
    d.text(554, 70, "h_{t}")
    d.line((105, 70), (105, 232), (390, 232), (390, 211), arrow=True)
    d.line((150, 232), (150, 211))
    d.text(60, 262, "x_{t}")
    d.line((76, 262), (270, 262), (270, 214))
    d.line((105, 262), (105, 232), arrow=False)
    d.box(150, 195, "σ", kind="gate")
    d.box(390, 195, "σ", kind="gate")
    d.line((215, 70), (215, 94))
    d.box(215, 108, "U h + d", width=72, height=28, size=13)
    d.line((215, 122), (215, 144))
    d.op(215, 155, "×")
    d.line((150, 180), (150, 155), (204, 155))
    d.text(138, 165, "r_{t}")
    d.line((225, 155), (259, 155))
    d.op(270, 155, "+")
    d.box(270, 199, "W x + b", width=72, height=28, size=13)
    d.line((270, 185), (270, 166))
    d.line((280, 155), (303, 155))
    d.box(328, 155, "tanh", kind="warm", width=48)
    d.line((352, 155), (460, 155), (460, 124))
    d.text(425, 169, "n_{t}")
    d.op(390, 70, "×")
    d.line((390, 180), (390, 81))
    d.text(378, 98, "z_{t}")
    d.line((390, 113), (406, 113))
    d.box(424, 113, "1 −", width=34, height=24, size=13)
    d.line((441, 113), (449, 113))
    d.op(460, 113, "×")
    d.line((460, 103), (460, 81))
    d.op(460, 70, "+")
    d.save()


def draw_many():
    for name, every in [("many-to-one", False), ("many-to-many", True)]:
        d = Drawing(name, 400, 230)
        for i in range(4):
            x = 60 + 92 * i
            d.text(x, 218, f"x_{{{i + 1}}}")
            d.line((x, 203), (x, 155))
            d.box(x, 136, "cell", width=54, height=36, kind="gate")
            if i < 3:
                d.line((x + 27, 136), (x + 64, 136))
            if every or i == 3:
                d.line((x, 118), (x, 93))
                d.box(x, 76, "output", width=60, height=32, kind="warm", size=13)
                d.line((x, 60), (x, 34))
                d.text(x, 16, f"ŷ_{{{i + 2 if every else 5}}}")
        d.save()


if __name__ == "__main__":
    draw_unrolled()
    draw_simple_cell()
    draw_lstm_cell()
    draw_gru_cell()
    draw_many()
