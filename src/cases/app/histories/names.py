"""Names and languages of the invented people, by where they come from."""

from dataclasses import dataclass
from typing import Final

from cases.domain.codes.values import Gender


@dataclass(frozen=True, slots=True)
class Origin:
    """Where people come from: citizenship (ISO 3166), mother tongue (ISO 639) and usual names."""

    citizenship: str
    mother_tongue: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]

    def given(self, gender: Gender) -> tuple[str, ...]:
        """The given names of a gender."""
        return self.women if gender is Gender.FEMALE else self.men


def _origin(citizenship: str, tongue: str, women: str, men: str, families: str) -> Origin:
    return Origin(
        citizenship,
        tongue,
        tuple(women.split()),
        tuple(men.split()),
        tuple(families.split()),
    )


ORIGINS: Final = (
    _origin(
        "UA",
        "uk",
        "Olena Iryna Kateryna Natalia Oksana Svitlana Tetiana Yulia Maria Halyna Daryna Viktoria",
        "Andrii Oleksandr Ivan Mykola Serhii Dmytro Volodymyr Yurii Bohdan Taras Maksym Pavlo",
        "Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Oliinyk Lysenko Marchenko Savchenko"
        " Rudenko Petrenko Moroz",
    ),
    _origin(
        "IQ",
        "ar",
        "Zainab Fatima Noor Maryam Hawraa Sara Rana Huda Shahad Amal Duaa Iman",
        "Ali Hussein Mohammed Hassan Ahmed Mustafa Omar Haider Yousif Karrar Abbas Sajad",
        "Al-Jabouri Al-Saadi Hussein Al-Maliki Jassim Abdullah Kareem Al-Obaidi Salman Hamid"
        " Al-Tamimi Mahmood",
    ),
    _origin(
        "SY",
        "ar",
        "Rima Lina Nour Hala Rasha Dima Layla Samar Yara Ghada Abeer Salma",
        "Khaled Bashar Tarek Anas Samer Fadi Yazan Bilal Nizar Ammar Rami Wael",
        "Haddad Khoury Al-Ahmad Darwish Kassab Najjar Sabbagh Al-Hassan Shaheen Barakat Aziz"
        " Hamdan",
    ),
    _origin(
        "AF",
        "fa",
        "Nargis Fereshta Zahra Shabnam Laila Parwana Marzia Sediqa Homa Freshta Benafsha Nilofar",
        "Ahmad Reza Mohammad Ali Hamid Farid Najib Jawad Mahdi Rahim Zabihullah Karim",
        "Ahmadi Hosseini Rezai Mohammadi Haidari Karimi Sultani Noori Amiri Qasimi Rahimi Azizi",
    ),
    _origin(
        "SO",
        "so",
        "Hodan Amina Fadumo Hibo Asha Sahra Ifrah Khadra Nimo Hawa Ubah Zamzam",
        "Abdi Mohamed Ahmed Yusuf Hassan Ibrahim Mahad Abdullahi Omar Farah Liban Guled",
        "Abdi Ali Hassan Mohamud Farah Warsame Nur Yusuf Jama Omar Isse Duale",
    ),
    _origin(
        "RU",
        "ru",
        "Anna Elena Olga Tatiana Svetlana Irina Ekaterina Marina Ludmila Nadezhda Vera Galina",
        "Alexei Sergei Dmitri Mikhail Nikolai Andrei Viktor Igor Pavel Oleg Konstantin Roman",
        "Ivanov Petrov Smirnov Kuznetsov Sokolov Lebedev Kozlov Morozov Volkov Fedorov Belov Orlov",
    ),
    _origin(
        "VN",
        "vi",
        "Linh Hoa Mai Lan Huong Thao Trang Nga Thu Hanh Ngoc Phuong",
        "Minh Tuan Hung Dung Long Nam Quang Son Thanh Duc Huy Khoa",
        "Nguyen Tran Le Pham Hoang Phan Vu Dang Bui Do Ngo Duong",
    ),
    _origin(
        "TH",
        "th",
        "Malee Siriporn Kanya Wanida Pimchanok Ratana Somjai Nittaya Supaporn Chanida Orathai"
        " Duangjai",
        "Somchai Anan Prasert Kittisak Niran Surasak Wichai Chaiwat Thawat Manop Sakda Boonmee",
        "Srisuk Chaiyasit Wongsawat Thongchai Saetang Kaewsai Boonsong Rattanakul Phromma Jaidee"
        " Inthara Suksai",
    ),
    _origin(
        "PH",
        "tl",
        "Maria Grace Rosalie Jennifer Cristina Angelica Marites Liza Jocelyn Rowena Analyn Sheila",
        "Jose Mark Ramon Joel Rodel Arnel Rommel Edgar Noel Allan Ferdinand Reynaldo",
        "Santos Reyes Cruz Bautista Garcia Mendoza Torres Flores Ramos Aquino Villanueva Castillo",
    ),
    _origin(
        "IN",
        "hi",
        "Priya Anjali Neha Pooja Kavita Sunita Deepa Ritu Swati Meena Asha Rekha",
        "Rahul Amit Sanjay Vijay Rajesh Suresh Arun Anil Manoj Deepak Vikram Nitin",
        "Sharma Patel Singh Kumar Gupta Verma Joshi Mehta Nair Reddy Iyer Das",
    ),
    _origin(
        "TR",
        "tr",
        "Elif Merve Zeynep Emine Fatma Aylin Sevgi Derya Esra Gamze Leyla Hatice",
        "Emre Murat Mehmet Mustafa Serkan Burak Ozan Kemal Cem Hakan Yusuf Tolga",
        "Demir Kaya Çelik Aydın Öztürk Arslan Doğan Koç Yıldız Şahin Polat Aksoy",
    ),
    _origin(
        "CD",
        "fr",
        "Grâce Chantal Esther Béatrice Nadine Aline Clarisse Josée Mireille Odette Rachel Solange",
        "Patrick Jean Christian Emmanuel Dieudonné Serge Pascal Fidèle Olivier Trésor Cédric Alain",
        "Kabila Mukendi Ilunga Kasongo Tshibanda Mbuyi Ngoy Kalala Mutombo Lukusa Banza Kabongo",
    ),
    _origin(
        "EE",
        "et",
        "Kristiina Liis Maarika Tiina Kadri Piret Triin Anneli Külli Ülle Merike Signe",
        "Jaanus Margus Tõnu Priit Meelis Urmas Rein Indrek Aivar Tarmo Andres Mart",
        "Tamm Saar Sepp Mägi Kask Kukk Rebane Ilves Pärn Koppel Luik Oja",
    ),
    # Returnees, and those who came by marriage: names as they are in the country.
    _origin(
        "SE",
        "sv",
        "Ulla Gunilla Linnéa Åsa Ingrid Sofia Märta Karin Elsa Annika Maj Birgitta",
        "Göran Lars Åke Björn Henrik Mats Håkan Ulf Anders Sven Olof Jörgen",
        "Lindström Nyman Söderholm Åkerlund Björklund Sjöberg Backman Holm Wikström Ström Ahlskog"
        " Östman",
    ),
    _origin(
        "US",
        "fi",
        "Aino Helmi Päivi Sirkka Kaisa Tuuli Marjatta Anneli Riikka Sanna Elli Hilkka",
        "Väinö Jukka Pekka Antti Mikko Heikki Timo Esa Kari Yrjö Tapani Reino",
        "Korhonen Virtanen Mäkinen Nieminen Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen"
        " Mäki Salonen",
    ),
)

STREETS: Final = (
    "Esimerkkikuja",
    "Koivukatu",
    "Asematie",
    "Kirkkokatu",
    "Rantatie",
    "Niittypolku",
    "Skolgatan",
    "Björkvägen",
    "Strandvägen",
    "Torikatu",
    "Kaivotie",
    "Mäntytie",
)
