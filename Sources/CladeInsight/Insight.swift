import Clade
