// What a teacher would say of Python's errors, as MicroPython words them.

const ADVICE = {
  "__xor__": "A power is written **, as in w**2.",
  "__\\w+__: .*'function'":
    "A function is named but not called: add brackets, as in f(3).",
  "__\\w+__: .*'list'": "A list takes no arithmetic: take its numbers one by one.",
  "NoneType": "A function gives None: is its return missing?",
  "'int' object isn't iterable": "To repeat something n times, loop over range(n).",
  "'list' object isn't callable": "An item of a list is in square brackets: x[0].",
  "'int' object isn't callable": "Multiplication is written *, also before brackets.",
  "can't convert list to float": "This takes one number: which item of the list?",
  "math domain error": "exp was given too large a number, or log was given 0 or less.",
  "divide by zero": "The number that you divide by is 0.",
  "no module named '(numpy|torch)'": "Here is plain Python, without NumPy and PyTorch.",
  "name '(np|torch)' isn't": "Here is plain Python, without NumPy and PyTorch.",
  "integer with base 10": "Multiplication is written *, as in 2 * w.",
  "name '":
    "Nothing has this name here: is it spelt so? All that counts is in this box.",
  "referenced before":
    "A variable is used before it has a value: is that in one branch of an if?",
  "KeyError": "Is the name in quotes spelt so?",
  "positional arguments":
    "Count the arguments. Decimals have a point: 0.5 and not 0,5.",
  "IndentationError": "Does this line, or the next, begin where it should?",
  "MemoryError": "Is there a loop without end?",
  "SyntaxError": "Is a colon, a bracket or a sign missing, here or in the line before?",
};

/**
 * Returns what helps with an error, or undefined.
 * @param {string} error The last line of Python's message.
 */
export function findAdvice(error) {
  const patterns = Object.keys(ADVICE);
  return ADVICE[patterns.find((pattern) => new RegExp(pattern).test(error))];
}
