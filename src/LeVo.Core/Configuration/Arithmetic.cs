using System.Globalization;

namespace LeVo.Core.Configuration;

/// <summary>
/// Evaluates arithmetic expressions: numbers, <c>+ - * / // % **</c> and parentheses with Python's precedence and
/// rounding. Identifiers and calls are not supported.
/// </summary>
internal ref struct Arithmetic
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<char> text;
    private int position;
    private int depth;

    private Arithmetic(string text) => this.text = text;

    /// <exception cref="FormatException">The text is not such an expression, or its value is not finite.</exception>
    public static double Evaluate(string text)
    {
        var parser = new Arithmetic(text);
        double value = parser.Sum();
        return parser.Next() == '\0' && double.IsFinite(value) ? value : throw parser.Unexpected();
    }

    private double Sum()
    {
        double value = Product();
        while (Next() is '+' or '-')
            value = text[position++] == '+' ? value + Product() : value - Product();
        return value;
    }

    private double Product()
    {
        double value = Signed();
        while (Next() is '*' or '/' or '%')
        {
            char operation = text[position++];
            bool floor = operation == '/' && Accept('/');
            double right = Signed();
            if (operation == '*')
                value *= right;
            else if (operation == '%')
                value -= Math.Floor(value / right) * right;
            else
                value = floor ? Math.Floor(value / right) : value / right;
        }
        return value;
    }

    private double Signed()
    {
        if (++depth > MaxDepth)
            throw new FormatException("is nested too deeply");
        double value = Accept('-') ? -Signed() : Accept('+') ? Signed() : Power();
        depth--;
        return value;
    }

    private double Power()
    {
        double value = Atom();
        if (Next() != '*' || position + 1 >= text.Length || text[position + 1] != '*')
            return value;
        position += 2;
        return Math.Pow(value, Signed());
    }

    private double Atom()
    {
        if (Accept('('))
        {
            double value = Sum();
            return Accept(')') ? value : throw Unexpected();
        }
        Next();
        int start = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '.' or '_'
            || (text[position] is '+' or '-' && position > start && text[position - 1] is 'e' or 'E')))
            position++;
        return double.TryParse(text[start..position], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out double number)
            ? number
            : throw Unexpected();
    }

    /// <summary>Skips white space and returns the next character, or the null character at the end.</summary>
    private char Next()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
        return position < text.Length ? text[position] : '\0';
    }

    private bool Accept(char wanted)
    {
        if (Next() != wanted)
            return false;
        position++;
        return true;
    }

    private readonly FormatException Unexpected() => new($"'{text}' is not an arithmetic expression with a finite value");
}
